package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.pricing.FundKind;
import java.util.ArrayList;
import java.util.List;

/** What a tenant's requests need here, now and soon. Guarded by the lock of its {@link TenantShare}. */
final class Demand {

  private final List<Need> waiting = new ArrayList<>();
  private int thriftyTicks;

  void await(Need need) {
    waiting.add(need);
  }

  void leave(Need need) {
    waiting.remove(need);
  }

  void tick() {
    thriftyTicks = Math.max(0, thriftyTicks - 1);
  }

  /** Fetches nothing ahead for some ticks, because others are short of these funds. */
  void beThrifty(int ticks) {
    thriftyTicks = ticks;
  }

  /** Whether {@link #removeIdle} or {@link #asks} would find anything: at most ticks they would not. */
  boolean isDue(OpenAccounts accounts, int idleTicks, int ticksAhead) {
    FundKind drawn = drawnKind(accounts);
    for (AccountShare account : accounts.all()) {
      long wanted = wanted(account);
      if (wanted > 0 || isLookedAfter(account) || surplus(account, wanted, idleTicks, ticksAhead) > 0
          || (isDrawn(account, drawn) && account.isScarce(ahead(account, wanted, ticksAhead)))) {
        return true;
      }
    }
    return false;
  }

  /**
   * What to ask for: the needs of all that wait, and something ahead unless others are short of this tenant's funds. For
   * nothing is asked to hear whether there is something again.
   */
  List<Ask> asks(OpenAccounts accounts, int ticksAhead) {
    var asks = new ArrayList<Ask>();
    FundKind drawn = drawnKind(accounts);
    for (AccountShare account : accounts.all()) {
      long wanted = wanted(account);
      long ahead = ahead(account, wanted, ticksAhead);
      long need = Math.max(0, wanted - account.available());
      long more = Math.max(0, ahead - Math.max(0, account.available() - wanted));
      if (wanted > 0 || (account.isScarce(ahead) && isDrawn(account, drawn))) {
        account.ask(Saturating.plus(need, more));
        asks.add(new Ask(account.account(), need, more));
      } else if (isLookedAfter(account)) {
        account.ask(0);
        asks.add(new Ask(account.account(), 0, 0));
      }
    }
    return asks;
  }

  /** Takes out what nobody here needs, so that it can be given back. */
  List<Share> removeIdle(OpenAccounts accounts, int idleTicks, int ticksAhead) {
    var idle = new ArrayList<Share>();
    for (AccountShare account : accounts.all()) {
      long surplus = surplus(account, wanted(account), idleTicks, ticksAhead);
      if (surplus > 0) {
        account.giveBack(surplus);
        idle.add(new Share(account.account(), surplus));
      }
    }
    return idle;
  }

  private static boolean isLookedAfter(AccountShare account) {
    return account instanceof FundShare fund && fund.isLookedAfter();
  }

  private long surplus(AccountShare account, long wanted, int idleTicks, int ticksAhead) {
    return account.surplus(wanted, thriftyTicks > 0 ? 0 : idleTicks, ticksAhead);
  }

  private long ahead(AccountShare account, long wanted, int ticksAhead) {
    return thriftyTicks > 0 ? 0 : Math.max(account.target(ticksAhead), wanted);
  }

  /** Money is fetched ahead only once the allowance is used up, or else it would lie idle here; budgets go with it. */
  private static boolean isDrawn(AccountShare account, FundKind drawn) {
    return switch (account) {
      case FundShare fund -> fund.kind() == drawn;
      case BudgetShare budget -> drawn == FundKind.MONEY;
    };
  }

  private static FundKind drawnKind(OpenAccounts accounts) {
    for (FundShare fund : accounts.funds()) {
      if (fund.available() > 0 || !fund.isDrained()) {
        return fund.kind();
      }
    }
    return FundKind.MONEY;
  }

  private long wanted(AccountShare account) {
    long wanted = 0;
    for (Need need : waiting) {
      wanted = Saturating.plus(wanted, account.wantedBy(need));
    }
    return wanted;
  }
}
