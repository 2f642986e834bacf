package dev.tollgate.billing.pricing;

/**
 * The kinds of spendable funds, in the order in which they are drawn. The names are stored; renaming one needs a
 * migration.
 */
public enum FundKind {
  /** Raw tokens of one billing month, free of charge. */
  FREE_ALLOWANCE,
  /** Prepaid, in thousandths of a pack token. */
  PACK,
  /** Paid in or on credit, in pico-units of a currency. */
  MONEY;

  /**
   * What one token takes from a fund of this kind.
   *
   * @param pico what it costs in money
   * @param packMilli what it deducts from a pack, in thousandths of a pack token
   */
  public long unitPrice(long pico, long packMilli) {
    return switch (this) {
      case FREE_ALLOWANCE -> 1;
      case PACK -> packMilli;
      case MONEY -> pico;
    };
  }
}
