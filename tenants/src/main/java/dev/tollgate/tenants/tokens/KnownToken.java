package dev.tollgate.tenants.tokens;

import dev.tollgate.tenants.Tokens.Token;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.UUID;

/** One token as the memory holds it. */
final class KnownToken {

  private final Token token;
  private final byte[] hash;

  KnownToken(Token token, byte[] hash) {
    this.token = token;
    this.hash = hash;
  }

  UUID id() {
    return token.id().value();
  }

  Token token() {
    return token;
  }

  boolean expiredAt(Instant now) {
    Instant expiresAt = token.expiresAt();
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /** Takes the same time wherever the hashes differ. */
  boolean hashIs(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }
}
