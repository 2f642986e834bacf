package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import java.time.Instant;

/** The share of a fund: something that pays. */
final class FundShare extends AccountShare {

  private static final int DRAINED_FOR_TICKS = 300;
  /** How often it is looked whether others gave something back, while requests draw the next fund: once a second. */
  private static final int LOOKED_AFTER_TICKS = 5;

  private final FundKind kind;
  private final String unit;
  private int drainedTicks;
  private boolean passedOver;

  /**
   * The share of a fund. A pack serves whatever came before its end, also what ran already when it was bought, or came by
   * a clock that is behind the seller's: as money does that is paid in while a request runs.
   */
  FundShare(FundAccount fund, String unit) {
    super(fund.account(), fund.kind() == FundKind.PACK ? Instant.MIN : fund.validFrom(), fund.validUntil());
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

  /** A fund that others have shares of is not drained yet: what they have idle comes before the next fund. */
  @Override
  void add(Grant grant) {
    super.add(grant);
    if (!grant.exhausted()) {
      drainedTicks = 0;
    } else if (!grant.leasedElsewhere()) {
      drainedTicks = DRAINED_FOR_TICKS;
      passedOver = false;
    }
  }

  /** The others were asked, and have none to spare. */
  void passOver() {
    drainedTicks = DRAINED_FOR_TICKS;
    passedOver = true;
  }

  /** Nobody has more of this fund; for a while it need not be asked for again before the next fund is drawn. */
  boolean isDrained() {
    return drainedTicks > 0;
  }

  /** Whether it is time to look, in the background, if those who had none to spare have given some back since. */
  boolean isLookedAfter() {
    return passedOver && isDrained() && drainedTicks % LOOKED_AFTER_TICKS == 0 && available() == 0;
  }

  @Override
  void tick() {
    super.tick();
    drainedTicks = Math.max(0, drainedTicks - 1);
  }
}
