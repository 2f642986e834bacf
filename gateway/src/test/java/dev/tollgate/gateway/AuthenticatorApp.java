package dev.tollgate.gateway;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An authenticator app as RFC 6238 has it, with codes of six digits that are good for half a minute. */
final class AuthenticatorApp {

  private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int SECRET_BYTES = 20;
  private static final int SECONDS = 30;
  private static final int MODULUS = 1_000_000;

  private final byte[] secret;

  /** @param secret 32 characters of base 32 */
  AuthenticatorApp(String secret) {
    BigInteger bits = BigInteger.ZERO;
    for (int i = 0; i < secret.length(); i++) {
      bits = bits.shiftLeft(5).or(BigInteger.valueOf(BASE_32.indexOf(secret.charAt(i))));
    }
    byte[] bytes = ByteBuffer.allocate(2 * SECRET_BYTES).put(new byte[SECRET_BYTES]).array();
    byte[] found = bits.toByteArray();
    int length = Math.min(SECRET_BYTES, found.length);
    System.arraycopy(found, found.length - length, bytes, bytes.length - length, length);
    this.secret = Arrays.copyOfRange(bytes, SECRET_BYTES, bytes.length);
  }

  /** The code of now, or of so many half minutes later. */
  String code(int later) throws GeneralSecurityException {
    long step = Instant.now().getEpochSecond() / SECONDS + later;
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secret, "HmacSHA1"));
    byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    int offset = hash[hash.length - 1] & 0xf;
    int number = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
    return "%06d".formatted(number % MODULUS);
  }
}
