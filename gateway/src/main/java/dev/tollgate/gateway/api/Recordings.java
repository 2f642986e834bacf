package dev.tollgate.gateway.api;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What running answers may remember of themselves: each up to a bound, and all of them together. */
final class Recordings {

  private static final int STEP = 16 * 1024;

  private final int longest;
  private final long most;
  private final AtomicLong reserved = new AtomicLong();

  /**
   * Bounds in bytes.
   *
   * @param longest of one recording
   * @param most of all together
   */
  Recordings(int longest, long most) {
    this.longest = longest;
    this.most = most;
  }

  Recording begin() {
    return new Recording();
  }

  /** One answer as it grows. Too long, or too many at one time, it is forgotten altogether. */
  final class Recording implements AutoCloseable {

    private @Nullable ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private long room;

    void add(byte[] more, int offset, int length) {
      ByteArrayOutputStream present = bytes;
      if (present == null) {
        return;
      }
      long size = (long) present.size() + length;
      if (size > longest || !reserve(size)) {
        close();
      } else {
        present.write(more, offset, length);
      }
    }

    byte @Nullable [] bytes() {
      return bytes == null ? null : bytes.toByteArray();
    }

    private boolean reserve(long size) {
      long missing = Math.ceilDiv(size, STEP) * STEP - room;
      if (missing <= 0) {
        return true;
      }
      if (reserved.addAndGet(missing) > most) {
        reserved.addAndGet(-missing);
        return false;
      }
      room += missing;
      return true;
    }

    @Override
    public void close() {
      bytes = null;
      reserved.addAndGet(-room);
      room = 0;
    }
  }
}
