package dev.tollgate.inference.engine.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/** Reads little-endian values front to back and never allocates more than a caller's bound. */
final class GgufInput {

  private final SeekableByteChannel channel;
  private final long size;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).order(ByteOrder.LITTLE_ENDIAN);
  private long channelPosition;

  GgufInput(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
    buffer.limit(0);
  }

  long size() {
    return size;
  }

  long position() {
    return channelPosition - buffer.remaining();
  }

  int readByte() throws IOException, GgufException {
    need(1);
    return buffer.get();
  }

  int readShort() throws IOException, GgufException {
    need(2);
    return buffer.getShort();
  }

  int readInt() throws IOException, GgufException {
    need(4);
    return buffer.getInt();
  }

  long readLong() throws IOException, GgufException {
    need(8);
    return buffer.getLong();
  }

  /** A count or length: unsigned 64 bits in the file, refused above the bound. */
  int readCount(String what, int most) throws IOException, GgufException {
    long count = readLong();
    if (count < 0 || count > most) {
      throw new GgufException(what + " is " + Long.toUnsignedString(count) + ", at most " + most
          + " are possible: the file is damaged, fetch it again");
    }
    return (int) count;
  }

  String readString(String what, int mostBytes) throws IOException, GgufException {
    int length = readCount("the length of " + what, mostBytes);
    needInFile(length);
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      need(1);
      int chunk = Math.min(buffer.remaining(), length - done);
      buffer.get(bytes, done, chunk);
      done += chunk;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  void skip(long bytes) throws IOException, GgufException {
    needInFile(bytes);
    if (bytes <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) bytes);
      return;
    }
    channelPosition = position() + bytes;
    channel.position(channelPosition);
    buffer.position(0).limit(0);
  }

  private void needInFile(long bytes) throws GgufException {
    if (bytes < 0 || bytes > size - position()) {
      throw new GgufException(
          "the file ends at byte " + size + " in the middle of its header: it is truncated, fetch it again");
    }
  }

  private void need(int bytes) throws IOException, GgufException {
    if (buffer.remaining() >= bytes) {
      return;
    }
    needInFile(bytes);
    buffer.compact();
    while (buffer.position() < bytes) {
      int read = channel.read(buffer);
      if (read < 0) {
        throw new GgufException("the file became shorter while it was read");
      }
      channelPosition += read;
    }
    buffer.flip();
  }
}
