package dev.tollgate.billing.funds;

import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;

/** The share of a fund: something that pays. */
final class FundShare extends AccountShare {

  private static final int DRAINED_FOR_TICKS = 300;

  private final FundKind kind;
  private final String unit;
  private int drainedTicks;

  FundShare(FundAccount fund, String unit) {
    super(fund.account(), fund.validFrom(), fund.validUntil());
    this.kind = fund.kind();
    this.unit = unit;
  }

  FundKind kind() {
    return kind;
  }

  boolean mayServe(Need need) {
    return isAgreed() && isValidAt(need.atMillis())
        && (kind != FundKind.MONEY || (need.money() && unit.equals(need.currency())));
  }

  @Override
  long wantedBy(Need need) {
    return mayServe(need) ? need.from(kind) : 0;
  }

  @Override
  void add(long amount, boolean exhausted) {
    super.add(amount, exhausted);
    drainedTicks = exhausted ? DRAINED_FOR_TICKS : 0;
  }

  /** The database has no more of this fund; for a while it need not be asked again before the next fund is drawn. */
  boolean isDrained() {
    return drainedTicks > 0;
  }

  @Override
  void tick() {
    super.tick();
    drainedTicks = Math.max(0, drainedTicks - 1);
  }
}
