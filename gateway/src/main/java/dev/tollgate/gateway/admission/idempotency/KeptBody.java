package dev.tollgate.gateway.admission.idempotency;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;

/** The bytes of an answer, as they left or compressed: of a long stream a twentieth is left then. Not to be changed. */
public final class KeptBody {

  private final byte[] bytes;
  private final int length;
  private final boolean compressed;

  private KeptBody(byte[] bytes, int length, boolean compressed) {
    this.bytes = bytes;
    this.length = length;
    this.compressed = compressed;
  }

  /** As it left. */
  public static KeptBody plain(byte[] bytes) {
    return new KeptBody(bytes, bytes.length, false);
  }

  /**
   * Compressed.
   *
   * @param members of gzip, one after the other
   * @param length of what they hold, in bytes
   */
  public static KeptBody compressed(byte[] members, int length) {
    return new KeptBody(members, length, true);
  }

  byte[] bytes() {
    return bytes;
  }

  boolean isCompressed() {
    return compressed;
  }

  /** What it takes to keep it, in bytes. */
  int size() {
    return bytes.length;
  }

  /** How long the answer is, in bytes. */
  public int length() {
    return length;
  }

  /** Writes the answer as it left. */
  public void writeTo(OutputStream out) throws IOException {
    if (!compressed) {
      out.write(bytes);
      return;
    }
    try (InputStream content = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      content.transferTo(out);
    }
  }
}
