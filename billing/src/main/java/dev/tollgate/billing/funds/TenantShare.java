package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.Fetch.Answer;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.tenants.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's funds as far as this instance leases them. One lock guards all of it, because a request takes from
 * several funds together; it is held for some hundred nanoseconds and never while the database is asked.
 */
final class TenantShare {

  private final TenantId tenant;
  private final Demand demand = new Demand();
  private OpenAccounts accounts = OpenAccounts.NONE;
  private long contract = -1;
  private String currency = "";
  private long revision = -1;
  private long openFromMillis = Long.MAX_VALUE;
  private long openUntilMillis = Long.MIN_VALUE;
  private @Nullable Fetch inFlight;
  private boolean doubtful;
  private int visitors;
  private int unvisitedTicks;
  private boolean retired;
  private boolean everRecalled;
  private long recalledAtNanos;
  private long latestRecall;
  private long latestRecallNanos;
  private long recalledBy;
  private long answeredRecall;

  TenantShare(TenantId tenant) {
    this.tenant = tenant;
  }

  TenantId tenant() {
    return tenant;
  }

  /** Whoever asks for something of this share enters first, and leaves when its hold has ended; false if it is too late. */
  synchronized boolean enter() {
    if (retired) {
      return false;
    }
    visitors++;
    unvisitedTicks = 0;
    return true;
  }

  synchronized void leave() {
    visitors--;
  }

  synchronized boolean isUnvisitedFor(int ticks) {
    return visitors == 0 && unvisitedTicks >= ticks;
  }

  /** Ends a share that nobody visits and that has nothing: it may be forgotten, and nobody enters it any more. */
  synchronized boolean retire(int afterTicks) {
    retired = isUnvisitedFor(afterTicks) && inFlight == null && !doubtful
        && accounts.all().stream().allMatch(AccountShare::isEmpty);
    return retired;
  }

  /**
   * Whether the accounts that serve a need are known; what serves a running request stays known until its end, also after
   * the contract that it was admitted under.
   */
  synchronized boolean isOpenFor(Contract asked, Need need) {
    return need.atMillis() < openUntilMillis && (need.admittedUnder() == null
        ? contract == asked.id() && asked.fundsRevision() <= revision && openFromMillis <= need.atMillis()
        : currency.equals(asked.currency()));
  }

  /**
   * Whether nothing has come to the tenant's funds since those accounts were asked for that serve a need; what is at hand
   * may be held without.
   *
   * @param present the contract that it is admitted under; for a running request, the one whose funds serve it by now
   */
  synchronized boolean isCurrentFor(Contract present, Need need) {
    return isOpenFor(present, need) && present.fundsRevision() <= revision;
  }

  /**
   * Takes note of the accounts of a contract; those of earlier months stay until they are settled and given back.
   *
   * @param atMillis for which they were asked
   * @param fromMillis from when on they are those that serve a request, inclusive
   * @param untilMillis exclusive
   */
  synchronized void open(Contract opened, Opened now, long atMillis, long fromMillis, long untilMillis) {
    accounts = accounts.reopened(now, opened.currency(), atMillis, doubtful);
    contract = opened.id();
    currency = opened.currency();
    revision = Math.max(revision, opened.fundsRevision());
    openFromMillis = fromMillis;
    openUntilMillis = untilMillis;
  }

  /**
   * Holds what a need takes, from the funds in drawing order and from the budgets that cap it, all or none. Nothing where
   * the accounts that serve the need are not those that are known: another month's budgets cap it not at all.
   *
   * @param asked the contract that it is admitted under
   * @param partly whether less output will do, at least one token, and a fund may be passed over unasked
   */
  synchronized @Nullable Cover take(Contract asked, Need need, boolean partly) {
    if (!isOpenFor(asked, need)) {
      return null;
    }
    List<BudgetShare> caps = accounts.caps(need);
    var cut = new Cut(accounts.funds(), need, least(caps), partly);
    if (!cut.suffices()) {
      return null;
    }
    hold(cut.input());
    hold(cut.output());
    var claim = new Claim(cut.input(), cut.output(), caps.stream().map(BudgetShare::account).toList());
    if (!caps.isEmpty()) {
      long money = claim.money();
      for (BudgetShare budget : caps) {
        budget.hold(money);
        if (need.admittedUnder() == null) {
          budget.enter();
        }
      }
    }
    return new Cover(claim, cut.outputTokens());
  }

  private static long least(List<BudgetShare> caps) {
    return caps.stream().mapToLong(BudgetShare::available).min().orElse(Long.MAX_VALUE);
  }

  private void hold(List<Slice> slices) {
    for (Slice slice : slices) {
      accounts.of(slice.account()).hold(slice.amount());
    }
  }

  synchronized void release(Claim claim) {
    free(claim);
    claim.budgets().forEach(budget -> accounts.budget(budget).leave());
    leave();
  }

  /** Frees what was held but for what the bill draws, which is neither free nor gone until the database says so. */
  synchronized void beginSettling(Claim claim, Bill bill) {
    free(claim);
    for (Line line : bill.lines()) {
      accounts.of(line.account()).beginSettling(line.amount());
    }
    for (long budget : claim.budgets()) {
      accounts.of(budget).beginSettling(bill.amountPico());
    }
  }

  /** @param drawn what of the bill the database drew from this instance's leases: all, a part or nothing */
  synchronized void endSettling(Claim claim, Bill bill, Bill drawn) {
    for (Line line : bill.lines()) {
      accounts.of(line.account()).endSettling(line.amount());
    }
    for (Line line : drawn.lines()) {
      accounts.of(line.account()).remove(line.amount());
    }
    for (long budget : claim.budgets()) {
      accounts.of(budget).endSettling(bill.amountPico());
      accounts.of(budget).remove(drawn.amountPico());
      accounts.budget(budget).leave();
    }
    leave();
  }

  private void free(Claim claim) {
    free(claim.input());
    free(claim.output());
    if (!claim.budgets().isEmpty()) {
      long money = claim.money();
      claim.budgets().forEach(budget -> accounts.of(budget).release(money));
    }
  }

  private void free(List<Slice> slices) {
    for (Slice slice : slices) {
      accounts.of(slice.account()).release(slice.amount());
    }
  }

  // Supply from the database. At most one exchange with it is under way for a tenant, so that an amount on its
  // way back cannot be missed by a request that asks for it.

  synchronized void await(Need need) {
    demand.await(need);
  }

  synchronized void leave(Need need) {
    demand.leave(need);
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

  /** What to ask the database for; from now on a need comes too late for it. */
  synchronized List<Ask> asks(Fetch fetch, int ticksAhead) {
    fetch.markAsked();
    return demand.asks(accounts, ticksAhead);
  }

  /** Whether an answer to a question that included the need says that nothing more can be had for it. */
  synchronized boolean isDenied(Need need, Answer answer) {
    return accounts.caps(need).stream().anyMatch(answer::isExhausted)
        || accounts.funds().stream().filter(fund -> fund.mayServe(need)).allMatch(answer::isExhausted);
  }

  /**
   * Whether other instances have shares of what is exhausted for a need, of which they may have something idle.
   *
   * @param recall the number of the recall that they were asked by, or 0 if they were not
   */
  synchronized boolean isRecallable(Need need, Answer answer, long recall) {
    return accounts.caps(need).stream()
        .anyMatch(budget -> answer.isExhausted(budget) && answer.isRecallable(budget, recall))
        || accounts.funds().stream().anyMatch(
            fund -> fund.mayServe(need) && answer.isExhausted(fund) && answer.isRecallable(fund, recall));
  }

  /**
   * What is exhausted here is passed over for a while where a need can be met otherwise: others were asked for it.
   *
   * @param recall the number of the recall that they were asked by
   * @param all whether also what they have not answered for
   */
  synchronized void passOver(Need need, Answer answer, long recall, boolean all) {
    accounts.funds().stream().filter(fund -> fund.mayServe(need) && answer.isExhausted(fund))
        .filter(fund -> all || !answer.isRecallable(fund, recall)).forEach(FundShare::passOver);
  }

  /** Why a need cannot be met: a budget only where the funds would do. */
  synchronized Refusal shortage(Need need) {
    return new Cut(accounts.funds(), need, Long.MAX_VALUE, true).suffices()
        ? Refusal.BUDGET_EXCEEDED
        : Refusal.INSUFFICIENT_BALANCE;
  }

  synchronized void add(List<Grant> grants) {
    for (Grant grant : grants) {
      accounts.of(grant.account()).add(grant);
    }
  }

  /** Closes one tick of the demand's measure, and says whether there is something to exchange with the database. */
  synchronized boolean tick(int idleTicks, int ticksAhead) {
    demand.tick();
    unvisitedTicks = visitors > 0 ? 0 : unvisitedTicks + 1;
    accounts.all().forEach(AccountShare::tick);
    return doubtful || demand.isDue(accounts, idleTicks, ticksAhead);
  }

  /** Whether it is time to ask others for these funds again. If so, the caller must. */
  synchronized boolean mayRecall(long nowNanos, long pauseNanos) {
    if (everRecalled && nowNanos - recalledAtNanos < pauseNanos) {
      return false;
    }
    everRecalled = true;
    recalledAtNanos = nowNanos;
    return true;
  }

  /** The others were asked. */
  synchronized void recalled(long number, long atNanos) {
    if (number > latestRecall) {
      latestRecall = number;
      latestRecallNanos = atNanos;
    }
  }

  /** The number of a recall that began after an instant, or 0 if there was none or its number is not known yet. */
  synchronized long recallSince(long nanos) {
    return latestRecall > 0 && latestRecallNanos - nanos >= 0 ? latestRecall : 0;
  }

  /** Another instance asks. */
  synchronized void recalledBy(long number) {
    recalledBy = Math.max(recalledBy, number);
  }

  /** The recall that is to be answered by whoever gives back next, or 0 if all are answered. */
  synchronized long unansweredRecall() {
    return recalledBy > answeredRecall ? recalledBy : 0;
  }

  synchronized void answered(long number) {
    answeredRecall = Math.max(answeredRecall, number);
  }

  /** Fetches nothing ahead for some ticks, because others are short of these funds. */
  synchronized void beThrifty(int ticks) {
    demand.beThrifty(ticks);
  }

  /** Takes out what nobody here needs, so that it can be given back. */
  synchronized List<Share> removeIdle(int idleTicks, int ticksAhead) {
    return demand.removeIdle(accounts, idleTicks, ticksAhead);
  }

  /** The same with 0 for those of which nothing is idle. */
  synchronized List<Share> removeIdleOfAll(int idleTicks, int ticksAhead) {
    Map<Long, Share> idle = demand.removeIdle(accounts, idleTicks, ticksAhead).stream()
        .collect(Collectors.toMap(Share::account, Function.identity()));
    return accounts.all().stream().map(AccountShare::account)
        .map(account -> idle.getOrDefault(account, new Share(account, 0))).toList();
  }

  synchronized Collection<AccountShare> shares() {
    return accounts.all();
  }

  synchronized List<Long> accounts() {
    return accounts.all().stream().map(AccountShare::account).toList();
  }

  // An answer of the database that was lost may leave more leased there than is known here.

  synchronized void doubt() {
    doubtful = true;
  }

  synchronized boolean isInDoubt() {
    return doubtful;
  }

  /** Believes the database, which has told how it stands with all accounts here, and let nothing through since. */
  synchronized void correct(Map<Long, Standing> standings) {
    for (AccountShare account : accounts.all()) {
      Standing standing = standings.get(account.account());
      if (standing != null) {
        account.correct(standing);
      }
    }
    doubtful = false;
  }
}
