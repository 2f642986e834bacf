package dev.tollgate.billing.funds;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.TokenPrices;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs next.
 *
 * @param atMillis when the request arrived: its month's allowance and budgets are the ones that serve it
 * @param opensAtMillis for when accounts are opened if those that serve it are not known: as for a request of now where it
 *     runs already
 * @param money whether money may serve it where other funds end
 * @param prices the dearest that can apply
 * @param admittedUnder the accounts of the budgets that cap it, or null if it is yet to be admitted
 */
record Need(long atMillis, long opensAtMillis, String currency, boolean money, long input, long output,
    TokenPrices prices,
    Payer payer,
    @Nullable List<Long> admittedUnder) {

  /** Of a request that asks to be let in. */
  static Need ofNew(Payer payer, Instant arrivedAt, Contract contract, long input, long output,
      TokenPrices prices) {
    return new Need(arrivedAt.toEpochMilli(), arrivedAt.toEpochMilli(), contract.currency(),
        contract.packsFallThrough(), input, output, prices, payer, null);
  }

  /** Of a request that runs and goes on. */
  static Need ofRunning(Payer payer, Instant arrivedAt, Instant opensAt, Contract contract, long output,
      TokenPrices prices, List<Long> admittedUnder) {
    return new Need(arrivedAt.toEpochMilli(), opensAt.toEpochMilli(), contract.currency(),
        contract.packsFallThrough(), 0, output, prices, payer, admittedUnder);
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
