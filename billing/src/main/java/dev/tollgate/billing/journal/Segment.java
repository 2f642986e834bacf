package dev.tollgate.billing.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * One file of frames that is written at its end. Room for frames to come is filled with zeros beforehand, so that a
 * disk that fills up shows before somebody relies on it. Not thread-safe but for what reads figures.
 *
 * <p>A file that failed once takes no more: after a failed flush nobody knows what of it is on the disk.
 */
final class Segment implements Closeable {

  private static final int STEP = 1 << 22;

  private final Path file;
  private final FileChannel channel;
  private final long limit;
  private volatile long used;
  private volatile long filled;
  private boolean broken;

  private Segment(Path file, FileChannel channel, long limit) {
    this.file = file;
    this.channel = channel;
    this.limit = limit;
  }

  /** A new file, readable by its owner alone. */
  static Segment create(Path file, long limit) throws IOException {
    var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    FileChannel channel = FileChannel.open(file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
    var segment = new Segment(file, channel, limit);
    try {
      flushFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    } catch (IOException e) {
      segment.close();
      throw e;
    }
    return segment;
  }

  /** What was appended, in bytes. */
  long used() {
    return used;
  }

  /** Room that is filled and not used, in bytes. */
  long room() {
    return filled - used;
  }

  boolean isBroken() {
    return broken;
  }

  /**
   * Fills room so that frames of this many bytes fit.
   *
   * @return whether they do: not past the limit, not on a full disk
   */
  boolean makeRoom(long bytes) throws IOException {
    if (broken || used + bytes > limit) {
      return false;
    }
    while (room() < bytes) {
      long step = Math.min(STEP, Math.max(limit - filled, bytes - room()));
      write(ByteBuffer.allocate((int) step), filled);
      long end = filled + step;
      filled = end;
    }
    return true;
  }

  /** Appends a frame, beyond the limit if need be; when this returns, it is on the disk. */
  void append(byte[] payload) throws IOException {
    if (broken) {
      throw new IOException(file + " failed before");
    }
    ByteBuffer frame = Frame.of(payload);
    int size = frame.limit();
    try {
      write(frame, used);
      channel.force(false);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
    long end = used + size;
    filled = Math.max(filled, end);
    used = end;
  }

  /** Removes all frames. Those that come back after a crash were in their place already. */
  void clear() throws IOException {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
    used = 0;
    filled = 0;
  }

  Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void write(ByteBuffer bytes, long position) throws IOException {
    long next = position;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
  }

  /** The file's name is on the disk only when its folder is. */
  private static void flushFolder(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
