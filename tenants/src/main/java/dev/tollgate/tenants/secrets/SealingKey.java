package dev.tollgate.tenants.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys for what the database keeps but must not be able to read, made from the server's pepper. */
public final class SealingKey {

  private final byte[] pepper;

  SealingKey(byte[] pepper) {
    this.pepper = pepper.clone();
  }

  /** A key for AES-256, another one for every purpose. */
  public SecretKey of(String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(pepper, "HmacSHA256"));
      return new SecretKeySpec(mac.doFinal(("sealing key: " + purpose).getBytes(StandardCharsets.UTF_8)),
          "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA256", e);
    }
  }
}
