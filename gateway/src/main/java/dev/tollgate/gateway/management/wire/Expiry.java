package dev.tollgate.gateway.management.wire;

import dev.tollgate.gateway.management.problems.Rejection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a secret stops working. */
public final class Expiry {

  private Expiry() {}

  /** A secret that has expired before it is made would help nobody. */
  public static void requireAhead(String field, @Nullable Instant expiresAt, Instant now) {
    if (expiresAt != null && !expiresAt.isAfter(now)) {
      throw Rejection.invalid(field, "must lie in the future");
    }
  }
}
