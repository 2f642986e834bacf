package dev.tollgate.tenants.apikeys;

import dev.tollgate.tenants.ApiKeys.Lookup.Accepted;
import dev.tollgate.tenants.Caller;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One key as the memory holds it. Some hundred bytes, because there may be hundreds of thousands. */
final class KnownKey {

  private final Accepted accepted;
  private final byte[] hash;
  private final @Nullable Instant expiresAt;
  private final boolean revoked;

  KnownKey(Caller caller, byte[] hash, @Nullable Instant expiresAt, boolean revoked) {
    this.accepted = new Accepted(caller);
    this.hash = hash;
    this.expiresAt = expiresAt;
    this.revoked = revoked;
  }

  UUID id() {
    return accepted.caller().key().value();
  }

  UUID tenant() {
    return accepted.caller().tenant().value();
  }

  Accepted accepted() {
    return accepted;
  }

  boolean revoked() {
    return revoked;
  }

  boolean expiredAt(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /** Takes the same time wherever the hashes differ. */
  boolean hashIs(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }
}
