package dev.tollgate.tenants.apikeys;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An API key as developers hold it: {@code tg_live_<id>_<secret><checksum>}, 64 characters.
 *
 * <p>The id (22 base62 digits) is the key's and no secret. The secret is 27 random base62 digits, 160 bits. The checksum
 * (6 digits) is the CRC-32 of all before it: it finds every single wrong character, and secret scanners tell a real key
 * from a look-alike by it.
 */
final class KeyText {

  static final String PREFIX = "tg_live_";

  private static final int SECRET_LENGTH = 27;
  private static final int SEPARATOR = PREFIX.length() + Base62.UUID_LENGTH;
  private static final int BODY_LENGTH = SEPARATOR + 1 + SECRET_LENGTH;
  private static final int LENGTH = BODY_LENGTH + Base62.INT_LENGTH;

  private final UUID id;
  private final byte[] body;

  private KeyText(UUID id, byte[] body) {
    this.id = id;
    this.body = body;
  }

  /** Writes a new key for an id. */
  static String create(UUID id, Random random) {
    var text = new StringBuilder(LENGTH).append(PREFIX).append(Base62.encode(id)).append('_');
    for (int i = 0; i < SECRET_LENGTH; i++) {
      text.append(Base62.ALPHABET.charAt(random.nextInt(Base62.ALPHABET.length())));
    }
    return text.append(checksum(text.toString().getBytes(StandardCharsets.US_ASCII))).toString();
  }

  /** Reads a key, or returns null if its shape or its checksum is wrong. */
  static @Nullable KeyText parse(String presented) {
    if (!hasShape(presented)) {
      return null;
    }
    byte[] body = presented.substring(0, BODY_LENGTH).getBytes(StandardCharsets.US_ASCII);
    if (!presented.startsWith(checksum(body), BODY_LENGTH)) {
      return null;
    }
    UUID id = Base62.decodeUuid(presented, PREFIX.length());
    return id == null ? null : new KeyText(id, body);
  }

  UUID id() {
    return id;
  }

  /** All but the checksum. What is hashed, so that a hash speaks for one id and one secret together. */
  byte[] body() {
    return body;
  }

  /** Never prints the secret. */
  @Override
  public String toString() {
    return PREFIX + Base62.encode(id) + "_…";
  }

  private static boolean hasShape(String presented) {
    if (presented.length() != LENGTH || !presented.startsWith(PREFIX) || presented.charAt(SEPARATOR) != '_') {
      return false;
    }
    for (int i = PREFIX.length(); i < LENGTH; i++) {
      if (i != SEPARATOR && !Base62.isDigit(presented.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static String checksum(byte[] body) {
    var crc = new CRC32();
    crc.update(body);
    return Base62.encode((int) crc.getValue());
  }
}
