package dev.tollgate.tenants.secrets;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) under the server's pepper. A slow password hash would add nothing: the secret has 160 random
 * bits, so nobody can try them, and a look-up must cost microseconds.
 */
public final class PepperedHash {

  static final int SHORTEST_PEPPER_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  // Never fed, only cloned: that skips the key set-up of each hash.
  private final Mac keyed;

  PepperedHash(byte[] pepper) {
    if (pepper.length < SHORTEST_PEPPER_BYTES) {
      throw new IllegalArgumentException("A pepper has at least " + SHORTEST_PEPPER_BYTES + " bytes");
    }
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(pepper, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }

  public byte[] of(KeyText key) {
    try {
      return ((Mac) keyed.clone()).doFinal(key.body());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("The platform's " + ALGORITHM + " cannot be cloned", e);
    }
  }
}
