package dev.tollgate.billing.pricing;

/**
 * The kinds of spendable funds, in the order in which they are drawn. The names are stored; renaming one needs a
 * migration.
 */
public enum FundKind {
  /** Raw tokens of one billing month, free of charge. */
  FREE_ALLOWANCE,
  /** Paid in or on credit, in pico-units of a currency. */
  MONEY;

  /** What one token takes from a fund of this kind, where it costs this much money. */
  public long unitPrice(long pico) {
    return switch (this) {
      case FREE_ALLOWANCE -> 1;
      case MONEY -> pico;
    };
  }
}
