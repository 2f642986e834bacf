package dev.tollgate.billing.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a payload lies in a file: a header of 16 bytes (mark and version, length, checksum of what follows, checksum of
 * the header itself), the payload, and an end mark. The header's own checksum makes a length believable, so that a
 * frame that was cut can be told from one that was damaged; the end mark is never zero, so that a frame which was
 * written whole never ends in the zeros that unused room is filled with.
 */
final class Frame {

  static final int HEADER_BYTES = 16;
  static final int OVERHEAD_BYTES = HEADER_BYTES + 1;
  static final byte END = 0x55;
  private static final int CHECKED_HEADER_BYTES = 12;
  /** "TGJ" and the version of this layout. */
  private static final int MARK = 0x54474A01;

  private Frame() {}

  static ByteBuffer of(byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(OVERHEAD_BYTES + payload.length);
    frame.putInt(MARK).putInt(payload.length);
    frame.position(HEADER_BYTES);
    frame.put(payload).put(END);
    frame.putInt(8, checksum(frame, HEADER_BYTES, payload.length + 1));
    frame.putInt(CHECKED_HEADER_BYTES, checksum(frame, 0, CHECKED_HEADER_BYTES));
    return frame.flip();
  }

  static boolean isHeader(ByteBuffer header) {
    return header.getInt(0) == MARK
        && header.getInt(CHECKED_HEADER_BYTES) == checksum(header, 0, CHECKED_HEADER_BYTES);
  }

  static int payloadBytes(ByteBuffer header) {
    return header.getInt(4);
  }

  /** Whether a body, the payload and the end mark, is the one that the header speaks of. */
  static boolean isBody(ByteBuffer header, ByteBuffer body) {
    return header.getInt(8) == checksum(body, 0, body.limit());
  }

  private static int checksum(ByteBuffer bytes, int from, int length) {
    var checksum = new CRC32C();
    checksum.update(bytes.slice(from, length));
    return (int) checksum.getValue();
  }
}
