package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.contracts.BillingMonth;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.Fetch.Answer;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.funds.Provision.Shortage;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.BudgetAccount;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.ledger.Openings;
import dev.tollgate.billing.scheduling.Scheduling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what the share at hand does not cover, by asking the database within the patience of one request.
 *
 * <p>A request is refused for want of funds only when the database has said, to a question that included its need, that
 * nothing more is free, and all other instances that have shares have answered a recall that began after the request
 * came (ADR 0023). What is released or given back in the meantime is taken into account, since the share is tried again
 * after every answer. Who cannot be told that within the patience is told to try again.
 */
final class Supply {

  private static final Logger log = LoggerFactory.getLogger(Supply.class);
  private static final Duration PAUSE = Duration.ofMillis(10);
  /** Recalls of a tenant's funds are this far apart, however many of its requests are short of them. */
  private static final Duration RECALL_PAUSE = Duration.ofMillis(25);
  /** The first may have been given while another instance's share was on its way. */
  private static final int DENIALS = 2;

  private final Leases leases;
  private final GroupedAsks asking;
  private final Openings accounts;
  private final FundsSettings settings;
  private final Scheduling scheduling;

  Supply(Leases leases, Openings accounts, FundsSettings settings, Scheduling scheduling) {
    this.leases = leases;
    this.asking = new GroupedAsks(leases, scheduling);
    this.accounts = accounts;
    this.settings = settings;
    this.scheduling = scheduling;
  }

  /**
   * Holds what a need takes, asking the database for what is missing.
   *
   * @param contract the one that it is admitted under; for a running request, the one whose funds serve it by now
   */
  Provision provide(Tenure tenure, TenantShare share, Contract contract, Need need) {
    long deadline = scheduling.nanos() + settings.patience().toNanos();
    share.await(need);
    try {
      return provide(tenure, share, contract, need, deadline);
    } finally {
      share.leave(need);
    }
  }

  private Provision provide(Tenure tenure, TenantShare share, Contract contract, Need need, long deadline) {
    int denials = 0;
    long recall = 0;
    long began = deadline - settings.patience().toNanos();
    // By then the others have had time to give back what they have idle.
    long passOverAt = deadline - settings.patience().toNanos() / 2;
    while (true) {
      var fresh = new Fetch();
      Fetch fetch = share.joinOrBegin(fresh);
      // Told before it runs: this need is waiting already, so whatever asks from now on asks for it too.
      boolean asksForThis = !fetch.isAsked();
      if (fetch == fresh) {
        scheduling.start(() -> run(fresh, tenure, share, contract, need));
      }
      Answer answer = fetch.await(scheduling, deadline - scheduling.nanos());
      if (!tenure.isInForceAt(scheduling.nanos())) {
        return new Shortage(Refusal.UNAVAILABLE);
      }
      boolean last = scheduling.nanos() - deadline >= 0;
      // An exchange of others says nothing to a need whose accounts it did not open, such as the first of a month.
      boolean open = share.isCurrentFor(contract, need);
      Answer told = answer != null && asksForThis && answer.told() && open ? answer : null;
      boolean denied = told != null && share.isDenied(need, told);
      recall = recall != 0 ? recall : share.recallSince(began);
      boolean recallable = told == null || share.isRecallable(need, told, recall);
      boolean late = scheduling.nanos() - passOverAt >= 0;
      if (told != null && recall != 0) {
        share.passOver(need, told, recall, late);
      }
      Cover cover = share.take(contract, need, last || denied);
      if (cover != null) {
        return cover;
      }
      denials += denied ? 1 : 0;
      if (denials >= DENIALS && !recallable) {
        return new Shortage(share.shortage(need));
      }
      if (last) {
        return new Shortage(Refusal.UNAVAILABLE);
      }
      if (told != null && recallable && (recall == 0 || late)) {
        recall(share);
      }
      if (answer == null || told != null) {
        scheduling.pause(PAUSE);
      }
    }
  }

  /** Asks the others, unless that was done a moment ago. */
  private void recall(TenantShare share) {
    share.beThrifty(settings.idleTicks());
    long now = scheduling.nanos();
    if (share.mayRecall(now, RECALL_PAUSE.toNanos())) {
      scheduling.start(() -> {
        try {
          share.recalled(leases.recall(share.tenant()), now);
        } catch (RuntimeException e) {
          log.warn("The funds of tenant {} could not be recalled: {}", share.tenant(), e.toString());
        }
      });
    }
  }

  private void run(Fetch fetch, Tenure tenure, TenantShare share, Contract contract, Need need) {
    try {
      if (!share.isCurrentFor(contract, need)) {
        open(share, contract, Instant.ofEpochMilli(need.opensAtMillis()));
      }
      tenure.clarify(List.of(share), leases);
      List<Ask> asks = share.asks(fetch, settings.ticksAhead());
      Answer answer = Answer.of(asks.isEmpty() ? List.of() : ask(tenure, share, asks));
      share.end(fetch);
      fetch.complete(answer);
    } catch (RuntimeException e) {
      log.warn("The share of tenant {} could not be fetched: {}", share.tenant(), e.toString());
      share.doubt();
      share.end(fetch);
      fetch.fail(e);
    }
  }

  private List<Grant> ask(Tenure tenure, TenantShare share, List<Ask> asks) {
    List<Grant> grants = asking.ask(tenure, asks);
    share.add(grants);
    return grants;
  }

  private void open(TenantShare share, Contract contract, Instant at) {
    BillingMonth month = contract.monthAt(at);
    Opened opened = accounts.open(share.tenant(), contract.currency(),
        new Allowance(contract.freeTokensPerMonth(), month.from(), month.until()), at);
    Instant until = Stream.concat(opened.funds().stream().map(FundAccount::validUntil),
        opened.budgets().stream().map(BudgetAccount::validUntil)).min(Instant::compareTo)
        .orElse(month.until());
    Instant from = opened.budgets().stream().map(BudgetAccount::validFrom).max(Instant::compareTo)
        .orElse(month.from());
    share.open(contract, opened, at.toEpochMilli(),
        Math.max(from.toEpochMilli(), month.from().toEpochMilli()),
        until.isBefore(month.until()) ? until.toEpochMilli() : month.until().toEpochMilli());
    if (opened.overleased()) {
      // As when a contract that was planned begins with a lower credit limit (ADR 0033).
      recall(share);
    }
  }
}
