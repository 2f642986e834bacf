package dev.tollgate.gateway.management.money;

import dev.tollgate.gateway.api.Moments;
import dev.tollgate.gateway.management.problems.Rejection;
import java.time.Instant;

/** Instants in addresses: whole, or a date for its beginning in UTC. */
final class QueryInstants {

  private QueryInstants() {}

  static Instant read(String parameter, String text) {
    return Moments.read(text).orElseThrow(() -> Rejection.invalid(parameter, Moments.RULE));
  }
}
