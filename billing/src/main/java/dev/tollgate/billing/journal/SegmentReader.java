package dev.tollgate.billing.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a file in order. A frame is flushed before the next one is written and before anybody is told of
 * it. So one that was cut short, with nothing behind it but unused room, was never relied on; anything else that does
 * not add up was damaged after it had been written.
 */
final class SegmentReader implements Closeable {

  private static final int SCAN_BYTES = 1 << 16;

  private final FileChannel channel;
  private final long size;
  private long position;
  private @Nullable Ending ending;

  /** How a file ends. */
  enum Ending {
    /** With the last frame, or room for more. */
    WHOLE,
    /** With a frame whose writing was cut short. */
    TORN,
    /** With something that cannot be read; there may be more frames behind it. */
    DAMAGED
  }

  SegmentReader(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.size = channel.size();
  }

  /** The next payload, or null at the end. */
  byte @Nullable [] next() throws IOException {
    if (ending != null) {
      return null;
    }
    long left = size - position;
    if (left < Frame.HEADER_BYTES) {
      return end(isZeroFrom(position) ? Ending.WHOLE : Ending.TORN);
    }
    ByteBuffer header = read(position, Frame.HEADER_BYTES);
    if (!Frame.isHeader(header)) {
      boolean nothingBehind = isZeroFrom(position + Frame.HEADER_BYTES);
      return end(!nothingBehind ? Ending.DAMAGED : isZeroFrom(position) ? Ending.WHOLE : Ending.TORN);
    }
    int length = Frame.payloadBytes(header);
    if (left - Frame.OVERHEAD_BYTES < length) {
      return end(Ending.TORN);
    }
    ByteBuffer body = read(position + Frame.HEADER_BYTES, length + 1);
    if (!Frame.isBody(header, body)) {
      return end(isZeroFrom(position + Frame.HEADER_BYTES + length) ? Ending.TORN : Ending.DAMAGED);
    }
    position += Frame.OVERHEAD_BYTES + length;
    byte[] payload = new byte[length];
    body.get(0, payload);
    return payload;
  }

  /** How it ends; to be asked when there is no next payload. */
  Ending ending() {
    if (ending == null) {
      throw new IllegalStateException("Not read to its end");
    }
    return ending;
  }

  /** Where in the file the next frame begins, or what ended it. */
  long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private byte @Nullable [] end(Ending how) {
    ending = how;
    return null;
  }

  private boolean isZeroFrom(long from) throws IOException {
    for (long at = from; at < size; at += SCAN_BYTES) {
      ByteBuffer some = read(at, (int) Math.min(SCAN_BYTES, size - at));
      while (some.hasRemaining()) {
        if (some.get() != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private ByteBuffer read(long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("The file became shorter while it was read");
      }
    }
    return bytes.flip();
  }
}
