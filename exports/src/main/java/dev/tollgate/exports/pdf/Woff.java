package dev.tollgate.exports.pdf;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks fonts from WOFF 1.0 (W3C Recommendation, 2012) to the TrueType that they hold. */
final class Woff {

  private static final int SIGNATURE = 0x774F4646;
  private static final int HEADER = 44;
  private static final int ENTRY = 20;
  private static final int SFNT_HEADER = 12;
  private static final int SFNT_ENTRY = 16;

  private Woff() {}

  static byte[] trueType(byte[] woff) {
    ByteBuffer in = ByteBuffer.wrap(woff);
    if (in.getInt(0) != SIGNATURE) {
      throw new IllegalArgumentException("Not a WOFF file");
    }
    int flavor = in.getInt(4);
    int tables = in.getShort(12);
    ByteBuffer out = ByteBuffer.allocate(in.getInt(16));
    int power = Integer.highestOneBit(tables);
    out.putInt(flavor).putShort((short) tables).putShort((short) (power * SFNT_ENTRY))
        .putShort((short) Integer.numberOfTrailingZeros(power))
        .putShort((short) ((tables - power) * SFNT_ENTRY));
    int offset = SFNT_HEADER + tables * SFNT_ENTRY;
    for (int i = 0; i < tables; i++) {
      int entry = HEADER + i * ENTRY;
      byte[] table = table(woff, in.getInt(entry + 4), in.getInt(entry + 8), in.getInt(entry + 12));
      out.putInt(in.getInt(entry)).putInt(in.getInt(entry + 16)).putInt(offset).putInt(table.length);
      out.put(offset, table);
      offset += (table.length + 3) & ~3;
    }
    return out.array();
  }

  private static byte[] table(byte[] woff, int offset, int packed, int length) {
    var table = new byte[length];
    if (packed == length) {
      System.arraycopy(woff, offset, table, 0, length);
      return table;
    }
    var inflater = new Inflater();
    try {
      inflater.setInput(woff, offset, packed);
      int read = 0;
      while (read < length && !inflater.finished()) {
        read += inflater.inflate(table, read, length - read);
      }
      return table;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("A broken WOFF file", e);
    } finally {
      inflater.end();
    }
  }
}
