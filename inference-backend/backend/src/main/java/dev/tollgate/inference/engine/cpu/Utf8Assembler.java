package dev.tollgate.inference.engine.cpu;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns bytes that come in pieces into text, keeping back the beginning of a character until the rest of it is there.
 * However the bytes are cut, the joined text is that of decoding them at once.
 */
final class Utf8Assembler {

  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
      .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer pending = ByteBuffer.allocate(64);

  /** The text that became certain with these bytes. */
  String add(byte[] bytes, int from, int to) {
    if (pending.position() == 0 && isAscii(bytes, from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    if (pending.remaining() < to - from) {
      ByteBuffer larger = ByteBuffer.allocate(pending.position() + to - from + 64);
      larger.put(pending.flip());
      pending = larger;
    }
    pending.put(bytes, from, to - from);
    return decode(false);
  }

  /** What is left: a character that never became whole is replaced. */
  String end() {
    return decode(true);
  }

  private String decode(boolean end) {
    pending.flip();
    CharBuffer text = CharBuffer.allocate(pending.remaining() + 1);
    decoder.decode(pending, text, end);
    if (end) {
      decoder.flush(text);
      decoder.reset();
    }
    pending.compact();
    return text.flip().toString();
  }

  private static boolean isAscii(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
