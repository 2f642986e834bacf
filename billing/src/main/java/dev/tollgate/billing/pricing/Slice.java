package dev.tollgate.billing.pricing;

/**
 * Tokens that one fund covers for a request, at a price that settlement will not exceed.
 *
 * @param account the fund's account
 * @param kind what the fund is counted in
 * @param tokens how many tokens it covers
 * @param unitPrice what each takes from the fund at most, in the fund's unit
 * @param heldAt the prices that the unit price follows from
 */
public record Slice(long account, FundKind kind, long tokens, long unitPrice, TokenPrices heldAt) {

  public Slice {
    if (tokens < 0 || unitPrice < 0) {
      throw new IllegalArgumentException("A slice must not be negative");
    }
  }

  /** What the slice takes from its fund, in the fund's unit. */
  public long amount() {
    return Math.multiplyExact(tokens, unitPrice);
  }

  /** Whether both could be one slice. */
  public boolean continues(Slice previous) {
    return account == previous.account && unitPrice == previous.unitPrice && heldAt.equals(previous.heldAt);
  }

  /** This slice with more tokens. */
  public Slice plus(long more) {
    return of(Math.addExact(tokens, more));
  }

  /** This slice with so many tokens. */
  public Slice of(long others) {
    return new Slice(account, kind, others, unitPrice, heldAt);
  }
}
