package dev.tollgate.billing.funds;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A look into one instance's memory of funds, for those who check it. */
public final class FundsView {

  private FundsView() {}

  /** Looks at what an instance has of one fund, in the fund's unit. */
  public interface Look {

    void at(TenantId tenant, long account, long granted, long held, long settling);
  }

  /** The epoch under which the instance is registered as far as it knows, or 0. */
  public static long epochOf(Funds funds) {
    Tenure tenure = funds.membership().registered();
    return tenure == null ? 0 : tenure.epoch();
  }

  /** Looks at all that it has under that epoch. */
  public static void look(Funds funds, Look look) {
    Tenure tenure = funds.membership().registered();
    if (tenure != null) {
      for (TenantShare share : tenure.shares()) {
        for (AccountShare fund : share.shares()) {
          look.at(share.tenant(), fund.account(), fund.granted(), fund.held(), fund.settling());
        }
      }
    }
  }

  /** What it holds and has on its way to be settled of one of a tenant's funds. */
  public static long takenFrom(Funds funds, TenantId tenant, long account) {
    Tenure tenure = funds.membership().registered();
    TenantShare share = tenure == null ? null : tenure.known(tenant);
    if (share != null) {
      for (AccountShare fund : share.shares()) {
        if (fund.account() == account) {
          return fund.held() + fund.settling();
        }
      }
    }
    return 0;
  }

  /** Whether an answer that was lost may have left a tenant with more leased than is known here. */
  public static boolean isInDoubt(Funds funds, TenantId tenant) {
    Tenure tenure = funds.membership().registered();
    TenantShare share = tenure == null ? null : tenure.known(tenant);
    return share != null && share.isInDoubt();
  }

  /** The epoch that a hold was taken under. */
  public static long epochOf(Hold hold) {
    return running(hold).epoch();
  }

  /** What covers a hold's prompt. */
  public static List<Slice> inputOf(Hold hold) {
    return running(hold).claim().input();
  }

  /** What covers a hold's answer so far. */
  public static List<Slice> outputOf(Hold hold) {
    return running(hold).claim().output();
  }

  /** What a hold takes from each of its budgets, whose accounts these are. */
  public static List<Long> budgetsOf(Hold hold) {
    return running(hold).claim().budgets();
  }

  private static RunningHold running(@Nullable Hold hold) {
    if (hold instanceof RunningHold running) {
      return running;
    }
    throw new IllegalArgumentException("Not a hold of an instance: " + hold);
  }
}
