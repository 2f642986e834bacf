package dev.tollgate.gateway.api;

import dev.tollgate.gateway.admission.idempotency.KeptBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What running answers may remember of themselves: each up to a bound, and all of them together. What is long is compressed
 * piece by piece while it grows, since every token of a stream repeats what is around it.
 */
final class Recordings {

  private static final int STEP = 16 * 1024;
  /** Twice what one piece can refer back to. */
  private static final int PIECE = 64 * 1024;

  private final int longest;
  private final long most;
  private final AtomicLong reserved = new AtomicLong();

  /**
   * Bounds in bytes, of what is kept, which is compressed where it is long.
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

    private @Nullable ByteArrayOutputStream piece = new ByteArrayOutputStream(1024);
    private ByteArrayOutputStream members = new ByteArrayOutputStream(0);
    private int length;
    private long room;

    void add(byte[] more, int offset, int length) {
      int from = offset;
      while (piece != null && from < offset + length) {
        int some = Math.min(offset + length - from, PIECE - piece.size());
        piece.write(more, from, some);
        from += some;
        grown(some);
      }
    }

    private void grown(int more) {
      ByteArrayOutputStream present = piece;
      if (present == null || Integer.MAX_VALUE - length < more) {
        close();
        return;
      }
      length += more;
      if (present.size() == PIECE) {
        compress(present);
        present.reset();
      }
      long size = (long) members.size() + present.size();
      if (size > longest || !reserve(size)) {
        close();
      }
    }

    private void compress(ByteArrayOutputStream content) {
      try (OutputStream member = new GZIPOutputStream(members)) {
        content.writeTo(member);
      } catch (IOException e) {
        throw new UncheckedIOException("Memory is not written to", e);
      }
    }

    /** What there is, or null if it was too much. */
    @Nullable
    KeptBody body() {
      ByteArrayOutputStream present = piece;
      if (present == null) {
        return null;
      }
      if (members.size() == 0) {
        return KeptBody.plain(present.toByteArray());
      }
      var all = new ByteArrayOutputStream(members.size() + present.size());
      all.writeBytes(members.toByteArray());
      try (OutputStream member = new GZIPOutputStream(all)) {
        present.writeTo(member);
      } catch (IOException e) {
        throw new UncheckedIOException("Memory is not written to", e);
      }
      return KeptBody.compressed(all.toByteArray(), length);
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
      piece = null;
      members = new ByteArrayOutputStream(0);
      reserved.addAndGet(-room);
      room = 0;
    }
  }
}
