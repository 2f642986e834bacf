package dev.tollgate.tenants.secrets;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An API key or a token as people hold it: {@code <prefix><id>_<secret><checksum>}, for an API key
 * {@code tg_live_…}, 64 characters.
 *
 * <p>The id (22 base62 digits) is the key's and no secret. The secret is 27 random base62 digits, 160 bits. The checksum
 * (6 digits) is the CRC-32 of all before it: it finds every single wrong character, and secret scanners tell a real key
 * from a look-alike by it.
 */
public final class KeyText {

  private static final int SECRET_LENGTH = 27;
  /** How long the part after the prefix is without the checksum. */
  private static final int REST = Base62.UUID_LENGTH + 1 + SECRET_LENGTH;

  private final SecretKind kind;
  private final UUID id;
  private final byte[] body;

  private KeyText(SecretKind kind, UUID id, byte[] body) {
    this.kind = kind;
    this.id = id;
    this.body = body;
  }

  /** Writes a new key for an id. */
  public static String create(SecretKind kind, UUID id, Random random) {
    var text = new StringBuilder(kind.prefix()).append(Base62.encode(id)).append('_');
    for (int i = 0; i < SECRET_LENGTH; i++) {
      text.append(Base62.ALPHABET.charAt(random.nextInt(Base62.ALPHABET.length())));
    }
    return text.append(checksum(text.toString().getBytes(StandardCharsets.US_ASCII))).toString();
  }

  /** Reads a key, or returns null if its shape or its checksum is wrong. */
  public static @Nullable KeyText parse(SecretKind kind, String presented) {
    int from = kind.prefix().length();
    if (!hasShape(kind, presented)) {
      return null;
    }
    byte[] body = presented.substring(0, from + REST).getBytes(StandardCharsets.US_ASCII);
    if (!presented.startsWith(checksum(body), from + REST)) {
      return null;
    }
    UUID id = Base62.decodeUuid(presented, from);
    return id == null ? null : new KeyText(kind, id, body);
  }

  /** How every secret of an id begins: no secret itself, and enough for people to recognise it. */
  public static String start(SecretKind kind, UUID id) {
    return kind.prefix() + Base62.encode(id);
  }

  public UUID id() {
    return id;
  }

  /** All but the checksum. What is hashed, so that a hash speaks for one id and one secret together. */
  byte[] body() {
    return body;
  }

  /** Never prints the secret. */
  @Override
  public String toString() {
    return start(kind, id) + "_…";
  }

  private static boolean hasShape(SecretKind kind, String presented) {
    int from = kind.prefix().length();
    int separator = from + Base62.UUID_LENGTH;
    if (presented.length() != from + REST + Base62.INT_LENGTH || !presented.startsWith(kind.prefix())
        || presented.charAt(separator) != '_') {
      return false;
    }
    for (int i = from; i < presented.length(); i++) {
      if (i != separator && !Base62.isDigit(presented.charAt(i))) {
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
