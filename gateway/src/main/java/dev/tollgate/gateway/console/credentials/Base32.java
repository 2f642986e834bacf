package dev.tollgate.gateway.console.credentials;

/** Base 32 (RFC 4648) without padding, as authenticator apps take secrets. */
final class Base32 {

  private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;

  private Base32() {}

  static String encode(byte[] bytes) {
    var text = new StringBuilder();
    int buffer = 0;
    int held = 0;
    for (byte each : bytes) {
      buffer = (buffer << Byte.SIZE) | (each & 0xff);
      held += Byte.SIZE;
      while (held >= BITS) {
        held -= BITS;
        text.append(DIGITS.charAt((buffer >>> held) & 0x1f));
      }
    }
    if (held > 0) {
      text.append(DIGITS.charAt((buffer << (BITS - held)) & 0x1f));
    }
    return text.toString();
  }

  /** @throws IllegalArgumentException if it is no such text */
  static byte[] decode(String text) {
    byte[] bytes = new byte[text.length() * BITS / Byte.SIZE];
    int buffer = 0;
    int held = 0;
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = DIGITS.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("No base 32");
      }
      buffer = (buffer << BITS) | digit;
      held += BITS;
      if (held >= Byte.SIZE) {
        held -= Byte.SIZE;
        bytes[length++] = (byte) (buffer >>> held);
      }
    }
    return bytes;
  }
}
