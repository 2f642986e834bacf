package dev.tollgate.gateway.management.catalog;

import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;

/** Prices are told per million tokens, and counted per token. */
final class PerMillion {

  private static final long MILLION = 1_000_000;

  private PerMillion() {}

  static long picoPerToken(String field, Amount perMillion) {
    if (perMillion.pico() % MILLION != 0) {
      throw Rejection.invalid(field,
          "must have at most 6 digits after the point: a token costs a whole number of pico-units");
    }
    return perMillion.pico() / MILLION;
  }
}
