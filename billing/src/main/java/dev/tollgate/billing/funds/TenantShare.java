package dev.tollgate.billing.funds;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.tenants.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's funds as far as this instance leases them. One lock guards all of it, because a request takes from
 * several funds together; it is held for some hundred nanoseconds and never while the database is asked.
 */
final class TenantShare {

  /** How many times what should be at hand a share may be before some of it is given back. */
  private static final long AMPLE = 8;

  private final TenantId tenant;
  private final List<Need> waiting = new ArrayList<>();
  private List<FundShare> funds = List.of();
  private long contract = -1;
  private long revision = -1;
  private long openUntilMillis = Long.MIN_VALUE;
  private long settlementsEnded;
  private @Nullable Fetch inFlight;
  private boolean doubtful;
  private int thriftyTicks;

  TenantShare(TenantId tenant) {
    this.tenant = tenant;
  }

  TenantId tenant() {
    return tenant;
  }

  /** Whether the funds that a contract gives at an instant are known. */
  synchronized boolean isOpenFor(Contract asked, long atMillis) {
    return contract == asked.id() && asked.fundsRevision() <= revision && atMillis < openUntilMillis;
  }

  /** Takes note of the funds of a contract; those of earlier months stay until they are settled and given back. */
  synchronized void open(Contract opened, List<FundAccount> accounts, long atMillis,
      long untilMillis) {
    var all = new ArrayList<>(funds.stream().filter(fund -> !fund.isEmpty()).toList());
    all.forEach(fund -> fund.agreed(!fund.isValidAt(atMillis)));
    for (FundAccount account : accounts) {
      var known = all.stream().filter(fund -> fund.account() == account.account()).findFirst();
      known.ifPresentOrElse(fund -> fund.agreed(true),
          () -> all.add(new FundShare(account, opened.currency())));
    }
    all.sort(Comparator.comparing(FundShare::kind).thenComparingLong(FundShare::untilMillis)
        .thenComparingLong(FundShare::account));
    funds = List.copyOf(all);
    contract = opened.id();
    revision = Math.max(revision, opened.fundsRevision());
    openUntilMillis = untilMillis;
  }

  /**
   * Holds what a need takes, from the funds in drawing order, all or none. A fund is passed over only if the database
   * has no more of it.
   *
   * @param partly whether less output will do, at least one token, and a fund may be passed over unasked
   */
  synchronized @Nullable Cover take(Need need, boolean partly) {
    long[] left = new long[funds.size()];
    for (int i = 0; i < left.length; i++) {
      FundShare fund = funds.get(i);
      left[i] = fund.mayServe(need) ? fund.available() : -1;
    }
    var input = new ArrayList<Slice>(2);
    var output = new ArrayList<Slice>(2);
    long inputMissing = slice(need, true, left, partly, input);
    long outputMissing = inputMissing > 0
        ? need.output()
        : slice(need, false, left, partly, output);
    if (inputMissing > 0 || (outputMissing > 0 && (!partly || outputMissing == need.output()))) {
      return null;
    }
    hold(input);
    hold(output);
    return new Cover(input, output, need.output() - outputMissing);
  }

  private long slice(Need need, boolean prompt, long[] left, boolean partly, List<Slice> slices) {
    long missing = prompt ? need.input() : need.output();
    for (int i = 0; i < left.length && missing > 0; i++) {
      if (left[i] < 0) {
        continue;
      }
      FundShare fund = funds.get(i);
      long unitPrice = prompt ? need.inputPrice(fund.kind()) : need.outputPrice(fund.kind());
      long covered = unitPrice == 0 ? missing : Math.min(missing, left[i] / unitPrice);
      if (covered > 0) {
        slices.add(new Slice(fund.account(), fund.kind(), covered, unitPrice));
        left[i] -= covered * unitPrice;
        missing -= covered;
      }
      if (missing > 0 && !partly && !fund.isDrained()) {
        return missing;
      }
    }
    return missing;
  }

  private void hold(List<Slice> slices) {
    for (Slice slice : slices) {
      fund(slice.account()).hold(slice.amount());
    }
  }

  synchronized void release(List<Slice> input, List<Slice> output) {
    free(input);
    free(output);
  }

  /** Frees what was held but for what the bill draws, which is neither free nor gone until the database says so. */
  synchronized void beginSettling(List<Slice> input, List<Slice> output, Bill bill) {
    free(input);
    free(output);
    for (Line line : bill.lines()) {
      fund(line.account()).beginSettling(line.amount());
    }
  }

  /** @param drawn whether the database drew it from this instance's leases */
  synchronized void endSettling(Bill bill, boolean drawn) {
    settlementsEnded++;
    for (Line line : bill.lines()) {
      fund(line.account()).endSettling(line.amount(), drawn);
    }
  }

  private void free(List<Slice> slices) {
    for (Slice slice : slices) {
      fund(slice.account()).release(slice.amount());
    }
  }

  private FundShare fund(long account) {
    for (FundShare fund : funds) {
      if (fund.account() == account) {
        return fund;
      }
    }
    throw new IllegalStateException("Account " + account + " has no share here");
  }

  // Supply from the database. At most one exchange with it is under way for a tenant, so that an amount on its
  // way back cannot be missed by a request that asks for it.

  synchronized void await(Need need) {
    waiting.add(need);
  }

  synchronized void leave(Need need) {
    waiting.remove(need);
  }

  /** The fetch that is under way, or else the new one, which the caller must run. */
  synchronized Fetch joinOrBegin(Fetch fresh) {
    if (inFlight == null) {
      inFlight = fresh;
    }
    return inFlight;
  }

  synchronized void end(Fetch fetch) {
    if (inFlight == fetch) {
      inFlight = null;
    }
  }

  /** What to ask for: the needs of all that wait, and something ahead unless others are short of this tenant's funds. */
  synchronized List<Ask> asks(Fetch fetch, int ticksAhead) {
    fetch.markAsked();
    var asks = new ArrayList<Ask>(funds.size());
    for (FundShare fund : funds) {
      long wanted = wanted(fund);
      long ahead = thriftyTicks > 0 ? 0 : Math.max(fund.target(ticksAhead), wanted);
      long need = Math.max(0, wanted - fund.available());
      long more = Math.max(0, ahead - Math.max(0, fund.available() - wanted));
      if (wanted > 0) {
        asks.add(new Ask(fund.account(), need, more));
      } else if (wanted == 0 && fund.available() < ahead / 2 && fund.kind() == drawnKind()) {
        asks.add(new Ask(fund.account(), 0, more));
      }
    }
    return asks;
  }

  /** Money is fetched ahead only once the allowance is used up, or else it would lie idle here. */
  private FundKind drawnKind() {
    for (FundShare fund : funds) {
      if (fund.available() > 0 || !fund.isDrained()) {
        return fund.kind();
      }
    }
    return FundKind.MONEY;
  }

  private long wanted(FundShare fund) {
    long wanted = 0;
    for (Need need : waiting) {
      if (fund.mayServe(need)) {
        wanted = Saturating.plus(wanted, need.from(fund.kind()));
      }
    }
    return wanted;
  }

  synchronized void add(List<Grant> grants) {
    for (Grant grant : grants) {
      FundShare fund = fund(grant.account());
      fund.add(grant.granted());
      fund.drained(grant.exhausted());
    }
  }

  synchronized void tick() {
    thriftyTicks = Math.max(0, thriftyTicks - 1);
    funds.forEach(FundShare::tick);
  }

  /** Fetches nothing ahead for some ticks, because others are short of these funds. */
  synchronized void beThrifty(int ticks) {
    thriftyTicks = ticks;
  }

  synchronized boolean isThrifty() {
    return thriftyTicks > 0;
  }

  /** Takes out what nobody here needs, so that it can be given back. */
  synchronized List<Share> removeIdle(int idleTicks, int ticksAhead) {
    var idle = new ArrayList<Share>(funds.size());
    for (FundShare fund : funds) {
      boolean unused = fund.idleTicks() >= idleTicks;
      if (unused) {
        fund.forgetDemand();
      }
      boolean keepsNothing = thriftyTicks > 0 || unused;
      long kept = keepsNothing ? 0 : Saturating.times(fund.target(ticksAhead), AMPLE);
      long surplus = fund.available() - Saturating.plus(wanted(fund), kept);
      if (surplus > 0) {
        fund.remove(surplus);
        idle.add(new Share(fund.account(), surplus));
      }
    }
    return idle;
  }

  synchronized List<FundShare> funds() {
    return funds;
  }

  synchronized List<Long> accounts() {
    return funds.stream().map(FundShare::account).toList();
  }

  // An answer of the database that was lost may leave more leased there than is known here.

  synchronized void doubt() {
    doubtful = true;
  }

  synchronized boolean isInDoubt() {
    return doubtful;
  }

  /** A number to give to {@link #correct}, or -1 while there is nothing to correct or it cannot be told. */
  synchronized long correctable() {
    return doubtful && funds.stream().noneMatch(FundShare::isSettling) ? settlementsEnded : -1;
  }

  /** Believes the database, unless a settlement changed the figures since {@link #correctable} was asked. */
  synchronized void correct(long asOf, Map<Long, Long> grantedInDatabase) {
    if (asOf != settlementsEnded || funds.stream().anyMatch(FundShare::isSettling)) {
      return;
    }
    for (FundShare fund : funds) {
      fund.correct(grantedInDatabase.getOrDefault(fund.account(), 0L));
    }
    doubtful = false;
  }
}
