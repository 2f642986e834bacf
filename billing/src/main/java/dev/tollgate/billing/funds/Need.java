package dev.tollgate.billing.funds;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.TokenPrices;
import java.time.Instant;

/**
 * What a request needs next.
 *
 * @param atMillis when the request arrived: its month's allowance is the one that serves it
 * @param money whether money may serve it where other funds end
 * @param prices the dearest that can apply
 */
record Need(long atMillis, String currency, boolean money, long input, long output, TokenPrices prices) {

  static Need of(Instant arrivedAt, Contract contract, long input, long output, TokenPrices prices) {
    return new Need(arrivedAt.toEpochMilli(), contract.currency(), contract.packsFallThrough(), input, output,
        prices);
  }

  /** What a prompt token takes at most from a fund of a kind. */
  long inputPrice(FundKind kind) {
    return kind.unitPrice(prices.dearestInput(), prices.coefficients().dearestInput());
  }

  /** What a generated token takes at most from a fund of a kind. */
  long outputPrice(FundKind kind) {
    return kind.unitPrice(prices.output(), prices.coefficients().output());
  }

  /** What it takes at most from a fund of a kind, if that fund alone served it. */
  long from(FundKind kind) {
    return Saturating.plus(Saturating.times(input, inputPrice(kind)),
        Saturating.times(output, outputPrice(kind)));
  }
}
