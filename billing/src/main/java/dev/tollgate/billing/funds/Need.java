package dev.tollgate.billing.funds;

import dev.tollgate.billing.pricing.FundKind;

/**
 * What a request needs next.
 *
 * @param atMillis when the request arrived: its month's allowance is the one that serves it
 * @param inputPrice pico-units per prompt token at most
 * @param outputPrice pico-units per generated token at most
 */
record Need(long atMillis, String currency, long input, long inputPrice, long output, long outputPrice) {

  /** What it takes at most from a fund of a kind, if that fund alone served it. */
  long from(FundKind kind) {
    return Saturating.plus(Saturating.times(input, kind.unitPrice(inputPrice)),
        Saturating.times(output, kind.unitPrice(outputPrice)));
  }
}
