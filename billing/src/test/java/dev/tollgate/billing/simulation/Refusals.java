package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.catalog.CatalogueModel.Version;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.FundsView;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Kind;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether refusals are true (money rule 3). A refusal counts as false if, at every step from the question to the answer,
 * what running requests and settlements leave of the tenant's funds covered the prompt and one token.
 *
 * <p>It is judged only where nothing else explains it: for two seconds before and during the question the database, the
 * network and all instances were well, no epoch was without its machine, no share was in doubt, prices, contracts and
 * funds of the tenant had not changed for a second, and no other request of the tenant waited at the same time.
 */
final class Refusals {

  private static final long CLOCKS_DIFFER_MILLIS = 500;
  private static final long CALM_NANOS = 2_000_000_000L;
  private static final long KNOWN_NANOS = 1_000_000_000L;
  private static final long LONGEST_WAIT_NANOS = Instance.SETTINGS.patience().toNanos() + 30_000_000L;

  private final World world;
  private final Set<Question> open = new LinkedHashSet<>();
  private final Map<TenantId, Long> changedAt = new HashMap<>();
  private long judged;

  Refusals(World world) {
    this.world = world;
  }

  /** Whether nothing explains it if an instance does not know something of a tenant's by now. */
  boolean isKnown(Instance instance, TenantId tenant) {
    long before = world.schedule().now() - 2 * KNOWN_NANOS;
    return world.network().calmSince() < before && changedAt.getOrDefault(tenant, 0L) < before
        && instance.machine().pausedUntil() < before;
  }

  /** A request that asks for funds and has no answer yet. */
  static final class Question {

    private final Instance instance;
    private final TenantId tenant;
    private final List<BudgetSubject> subjects;
    private final List<Long> budgets;
    private final long input;
    private final Instant at;
    private final long askedAt;
    private final long since;
    private boolean coveredThroughout = true;
    private boolean alone = true;
    private boolean calm;

    Question(Instance instance, Payer payer, @Nullable Hold running, long input, Instant at, long askedAt,
        long since) {
      this.instance = instance;
      this.tenant = payer.tenant();
      this.subjects = running == null ? BudgetModel.subjectsOf(payer) : List.of();
      this.budgets = running == null ? List.of() : FundsView.budgetsOf(running);
      this.input = input;
      this.at = at;
      this.askedAt = askedAt;
      this.since = since;
    }
  }

  /** How many refusals were found to be within the conditions, and true. */
  long judged() {
    return judged;
  }

  /** Something of a tenant's changed that instances hear of a little later. */
  void changed(TenantId tenant) {
    changedAt.put(tenant, world.schedule().now());
  }

  /**
   * A request asks.
   *
   * @param since when it was let in, or now: it keeps the terms of then
   */
  Question asks(Instance instance, Payer payer, @Nullable Hold running, long input, Instant at, long since) {
    var question = new Question(instance, payer, running, input, at, world.schedule().now(), since);
    open.add(question);
    open.stream().filter(other -> other != question && other.tenant.equals(payer.tenant())).forEach(other -> {
      other.alone = false;
      question.alone = false;
    });
    question.calm = isCalm(question);
    look(question);
    return question;
  }

  /** Looks at all open questions, after a step. */
  void look() {
    open.forEach(this::look);
  }

  private void look(Question question) {
    if (question.calm && question.coveredThroughout) {
      question.coveredThroughout = isCovered(question);
    }
  }

  /** Nobody waits for an answer of this instance any more. */
  void gone(Instance instance) {
    open.removeIf(question -> question.instance == instance);
  }

  void admitted(Question question) {
    open.remove(question);
    if (question.calm && isCalm(question) && world.schedule().now() - question.askedAt > LONGEST_WAIT_NANOS) {
      throw new Violation("Admitted after %d ns".formatted(world.schedule().now() - question.askedAt));
    }
  }

  void refused(Question question, Refusal reason) {
    open.remove(question);
    boolean known = changedAt.getOrDefault(question.tenant, -CALM_NANOS) + KNOWN_NANOS < question.since;
    if (!question.calm || !isCalm(question) || !known) {
      return;
    }
    if (reason == Refusal.UNAVAILABLE && question.alone) {
      throw new Violation("Unavailable, and nothing is wrong");
    }
    if (reason == Refusal.INSUFFICIENT_BALANCE || reason == Refusal.BUDGET_EXCEEDED) {
      judged++;
      if (question.coveredThroughout && question.alone) {
        throw new Violation("Refused falsely: %d prompt tokens of tenant %d, asked at %d ns; %s".formatted(
            question.input, world.numberOf(question.tenant), question.askedAt,
            world.accounting().describe(question.tenant)));
      }
    }
  }

  private boolean isCalm(Question question) {
    Books books = world.platform().books();
    return world.network().calmSince() + CALM_NANOS <= question.askedAt
        && books.instances().keySet().stream()
            .noneMatch(epoch -> world.platform().registration(epoch).machine.isGone())
        && world.instances().stream()
            .allMatch(instance -> instance.takesRequests()
                && instance.machine().pausedUntil() + CALM_NANOS <= question.askedAt
                && books.instances().containsKey(FundsView.epochOf(instance.funds()))
                && !FundsView.isInDoubt(instance.funds(), question.tenant));
  }

  private boolean isCovered(Question question) {
    List<Contract> contracts = world.platform().contractsOf(question.tenant);
    Contract contract = contracts.stream().filter(each -> each.isInForceAt(question.at)).findFirst()
        .orElse(null);
    if (contract == null) {
      return false;
    }
    List<Fund> funds = world.platform().books().fundsOf(question.tenant).stream()
        .filter(fund -> fund.kind != Kind.BUDGET && fund.mayServe(question.at))
        .filter(fund -> fund.kind != Kind.PACK || !isEnding(fund))
        .filter(fund -> fund.kind != Kind.FREE_ALLOWANCE || contract.freeTokensPerMonth() > 0)
        .filter(fund -> fund.kind != Kind.MONEY || contract.packsFallThrough())
        .sorted(Comparator.comparing((Fund fund) -> fund.kind).thenComparing(fund -> fund.until)).toList();
    long input = question.input;
    long output = 1;
    for (Fund fund : funds) {
      long free = leftOf(fund);
      free = fund.kind == Kind.MONEY ? Math.min(free, withinBudgets(question)) : free;
      long inputPrice = price(contract, fund.kind, false);
      long outputPrice = price(contract, fund.kind, true);
      long served = Math.min(input, Math.max(0, free) / inputPrice);
      input -= served;
      free -= served * inputPrice;
      if (input == 0 && free >= outputPrice) {
        output = 0;
      }
    }
    return input == 0 && output == 0;
  }

  /**
   * What nobody holds of a pack when it ends is written off, also where a request runs that came before: by the clock of one
   * machine or another.
   */
  private boolean isEnding(Fund pack) {
    return !world.instant().plusMillis(CLOCKS_DIFFER_MILLIS).isBefore(pack.until);
  }

  /** What the budgets that cap a request leave of money. */
  private long withinBudgets(Question question) {
    BudgetModel budgets = world.platform().database().budgets();
    long least = Long.MAX_VALUE;
    for (long account : question.budgets) {
      least = Math.min(least, leftOf(world.platform().books().fund(account)));
    }
    for (BudgetSubject subject : question.subjects) {
      Long cap = budgets.of(question.tenant).get(subject);
      if (cap != null) {
        least = Math.min(least,
            budgets.fundAt(question.tenant, subject, question.at).map(this::leftOf).orElse(cap));
      }
    }
    return least;
  }

  private long leftOf(Fund fund) {
    return fund.grantable() + fund.leased() - world.reference().takenFrom(fund);
  }

  private long price(Contract contract, Kind kind, boolean output) {
    long dearest = 0;
    for (Version version : world.platform().prices()) {
      long list = output ? version.output() : version.input();
      dearest = Math.max(dearest, switch (kind) {
        case FREE_ALLOWANCE -> 1;
        case PACK -> Math.ceilDiv(list * 1_000, version.input());
        case MONEY, BUDGET -> list * (10_000 - contract.discountBasisPoints()) / 10_000;
      });
    }
    return dearest;
  }
}
