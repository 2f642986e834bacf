package dev.tollgate.billing.rollups;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Values one after the other, small numbers in few bytes: written to its end, or read from its beginning. */
final class PackedBytes {

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.BIG_ENDIAN);
  private static final int MOST_BYTES_OF_A_NUMBER = 10;

  private byte[] bytes;
  private int at;

  PackedBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** What was written, at the beginning of more. */
  byte[] bytes() {
    return bytes;
  }

  /** How much of it was written, or read. */
  int length() {
    return at;
  }

  /** Unsigned LEB128: seven bits a byte, the lowest first; a negative number takes ten bytes. */
  void putNumber(long value) {
    reserve(MOST_BYTES_OF_A_NUMBER);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
  }

  void putUuid(UUID value) {
    reserve(16);
    LONG.set(bytes, at, value.getMostSignificantBits());
    LONG.set(bytes, at + 8, value.getLeastSignificantBits());
    at += 16;
  }

  void putText(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    putNumber(encoded.length);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, at, encoded.length);
    at += encoded.length;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < 7 * MOST_BYTES_OF_A_NUMBER; shift += 7) {
      require(1);
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("A number does not end");
  }

  UUID uuid() {
    require(16);
    var value = new UUID((long) LONG.get(bytes, at), (long) LONG.get(bytes, at + 8));
    at += 16;
    return value;
  }

  String text() {
    int length = Math.toIntExact(number());
    require(length);
    var value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  /** @throws IllegalStateException if something follows */
  void end() {
    if (at != bytes.length) {
      throw new IllegalStateException((bytes.length - at) + " bytes follow the last value");
    }
  }

  private void require(int more) {
    if (more < 0 || bytes.length - at < more) {
      throw new IllegalStateException("Values end in the middle, after " + bytes.length + " bytes");
    }
  }

  private void reserve(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(at, more), 2 * bytes.length));
    }
  }
}
