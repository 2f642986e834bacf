package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.funds.FundsSettings;
import dev.tollgate.billing.funds.FundsView;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.Settlements;
import dev.tollgate.billing.settlement.Settlements.Outcome;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Usage;
import dev.tollgate.billing.simulation.Platform.Registration;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Knows everything that is held anywhere, everything that was settled, and what instances have yet to hear of it, and
 * compares after each step.
 */
final class Reference {

  private static final FundsSettings SETTINGS = Instance.SETTINGS;

  private final World world;
  private final Map<Instance, Holdings> live = new LinkedHashMap<>();
  private final Map<Share, Long> untold = new HashMap<>();
  private final Set<Share> late = new HashSet<>();
  private final IdentityHashMap<Settlement, List<Share>> drawn = new IdentityHashMap<>();
  private final IdentityHashMap<Settlement, Settlement> rests = new IdentityHashMap<>();
  private int rowsSeen;

  Reference(World world) {
    this.world = world;
  }

  private record Share(long epoch, long account) {}

  private Books books() {
    return world.platform().books();
  }

  // What running requests do.

  /** A request was admitted. */
  void holds(Instance instance, Hold hold, Payer payer, long input, Instant at) {
    mustBeInForce(hold);
    mustBeCapped(instance, hold, payer, at);
    world.accounting().checkLimit(instance, payer.tenant());
    live.computeIfAbsent(instance, none -> new Holdings()).begins(hold);
    long prompt = FundsView.inputOf(hold).stream().mapToLong(Slice::tokens).sum();
    if (prompt != input || hold.coveredOutputTokens() < 1) {
      throw new Violation("Held for %d of %d prompt tokens and %d of output".formatted(prompt, input,
          hold.coveredOutputTokens()));
    }
    covers(hold);
  }

  /** A hold grew. */
  void extended(Instance instance, Hold hold, long before, long asked, long more) {
    mustBeInForce(hold);
    live.computeIfAbsent(instance, none -> new Holdings()).changes();
    if (more < 1 || more > asked || hold.coveredOutputTokens() != before + more) {
      throw new Violation(
          "Asked for %d tokens beyond %d, %d more are covered, %d in all".formatted(asked, before,
              more, hold.coveredOutputTokens()));
    }
    covers(hold);
  }

  private static void covers(Hold hold) {
    long covered = FundsView.outputOf(hold).stream().mapToLong(Slice::tokens).sum();
    if (covered != hold.coveredOutputTokens()) {
      throw new Violation("The slices cover %d output tokens and the hold says %d".formatted(covered,
          hold.coveredOutputTokens()));
    }
  }

  /** Nothing may be held under an epoch that others may already have taken back. */
  private void mustBeInForce(Hold hold) {
    if (!books().instances().containsKey(FundsView.epochOf(hold))) {
      throw new Violation(
          "Epoch %d is over and something was held under it".formatted(FundsView.epochOf(hold)));
    }
  }

  /** Budgets that have been known for a while cap every request of whom they belong to. */
  private void mustBeCapped(Instance instance, Hold hold, Payer payer, Instant at) {
    BudgetModel budgets = world.platform().database().budgets();
    boolean money = world.platform().contractsOf(payer.tenant()).getLast().packsFallThrough();
    if (money && world.refusals().isKnown(instance, payer.tenant())) {
      for (BudgetSubject subject : BudgetModel.subjectsOf(payer)) {
        if (budgets.of(payer.tenant()).containsKey(subject) && FundsView.budgetsOf(hold).stream()
            .noneMatch(account -> subject.text().equals(books().fund(account).subject)
                && books().fund(account).isValidAt(at))) {
          throw new Violation("The budget of %s does not cap a request at %s: %s; %s".formatted(subject, at,
              FundsView.budgetsOf(hold), world.accounting().describe(payer.tenant())));
        }
      }
    }
  }

  /** A hold was released, or its settlement is on its way. */
  void ends(Instance instance, Hold hold) {
    live.computeIfAbsent(instance, none -> new Holdings()).ends(hold);
  }

  void gone(Instance instance) {
    live.remove(instance);
  }

  // What the database does.

  /**
   * A settlement found its lease gone. That takes an epoch that is over, or one that ends in good order, whose checkpoints
   * are settled although it had to give up on the settlements themselves.
   */
  void drawnLate(long epoch, long account, long amount) {
    late.add(new Share(epoch, account));
    if (books().instances().containsKey(epoch)
        && !world.mayReject(world.platform().registration(epoch).machine)) {
      throw new Violation(
          "Epoch %d draws %d of account %d, of which it leases %d: %s".formatted(epoch, amount,
              account, books().granted(epoch, account),
              world.accounting().describe(books().fund(account).tenant)));
    }
  }

  /** A batch was written, whether or not anybody will hear of it. */
  void settled(UUID batch, List<Settlement> settlements) {
    world.trace().note("settled a batch of %d", world.schedule().now(), settlements.size());
    List<Usage> rows = books().rows();
    for (; rowsSeen < rows.size(); rowsSeen++) {
      Usage row = rows.get(rowsSeen);
      world.bills().check(Objects.requireNonNull(row));
      var shares = new ArrayList<Share>();
      drawsOf(row.settlement()).forEach((account, amount) -> {
        world.accounting().uses(account, amount);
        var share = new Share(row.settlement().epoch(), account);
        if (!late.contains(share)) {
          untold.merge(share, amount, Math::addExact);
          shares.add(share);
        }
      });
      drawn.put(row.settlement(), shares);
      wholeOf(row.settlement(), settlements).ifPresent(whole -> rests.put(whole, row.settlement()));
    }
    late.clear();
    world.bills().settles(settlements);
  }

  /** Whose settlement found a part of its request billed, if a row is the rest of one. */
  private Optional<Settlement> wholeOf(Settlement row, List<Settlement> settlements) {
    return settlements.stream()
        .filter(whole -> !whole.id().equals(row.id())
            && books().idsOf(whole.id()).contains(row.id())
            && whole.epoch() == row.epoch()
            && whole.consumption().completedAt().equals(row.consumption().completedAt()))
        .findFirst();
  }

  /** The writers of an instance; tells this reference when the instance hears how a settlement ended. */
  Settlements watched(Machine machine, Settlements writers) {
    return new Settlements() {
      @Override
      public boolean reserve() {
        return writers.reserve();
      }

      @Override
      public void release() {
        writers.release();
      }

      @Override
      public void submit(Settlement settlement, Outcome outcome) {
        writers.submit(settlement, watched(machine, settlement, outcome));
      }

      @Override
      public void checkpoint(Settlement soFar) {
        writers.checkpoint(soFar);
      }
    };
  }

  private Outcome watched(Machine machine, Settlement settlement, Outcome outcome) {
    return new Outcome() {
      @Override
      public void kept(Receipt receipt) {
        world.answers().kept(settlement.id().value());
        outcome.kept(receipt);
      }

      @Override
      public void settled(Receipt receipt, Bill told) {
        Settlement row = drawn.containsKey(settlement) ? settlement : rests.get(settlement);
        if (!told.equals(row == null ? Bill.NOTHING : row.bill())) {
          throw new Violation("Told that %s drew %s".formatted(settlement, told));
        }
        outcome.settled(receipt, told);
        if (row != null) {
          told(row);
        }
      }

      @Override
      public void rejected(Exception reason) {
        if (!world.mayReject(machine)) {
          throw new Violation("The settlement of %s was rejected: %s".formatted(settlement.id(), reason));
        }
        outcome.rejected(reason);
      }
    };
  }

  private void told(Settlement settlement) {
    List<Share> shares = drawn.getOrDefault(settlement, List.of());
    drawsOf(settlement).forEach((account, amount) -> {
      var share = new Share(settlement.epoch(), account);
      if (shares.contains(share)) {
        untold.merge(share, -amount, Math::addExact);
      }
    });
  }

  /** What a settlement takes from which account, budgets among them. */
  private static Map<Long, Long> drawsOf(Settlement settlement) {
    var draws = new LinkedHashMap<Long, Long>();
    for (Line line : settlement.bill().lines()) {
      draws.merge(line.account(), line.amount(), Math::addExact);
    }
    settlement.budgets().forEach(budget -> draws.put(budget, settlement.bill().amountPico()));
    return draws;
  }

  /** Instances took an epoch for dead. */
  void reclaimed(Registration registration) {
    long silent = world.schedule().now() - registration.renewedAt();
    long least = registration.timeToLive.plus(SETTINGS.margin()).toNanos();
    if (silent < least) {
      throw new Violation("Reclaimed after %d ns of silence, not %d".formatted(silent, least));
    }
  }

  /** A tenant paid something in, or a pack was sold to it, or tried to be. */
  void dealt(TenantId tenant) {
    world.customers().check(tenant);
  }

  // Comparing.

  /** Compares all that the last step may have changed. */
  void check(@Nullable Machine machine) {
    for (long account : books().takeTouched()) {
      world.accounting().check(books().fund(account));
    }
    Instance instance = machine == null ? null : world.instanceOn(machine);
    if (instance != null) {
      checkMemory(instance);
    }
  }

  /** What is held and what is on its way to be settled must be leased to the instance by the database. */
  private void checkMemory(Instance instance) {
    long epoch = FundsView.epochOf(instance.funds());
    boolean registered = books().instances().containsKey(epoch);
    Holdings holdings = live.computeIfAbsent(instance, none -> new Holdings());
    FundsView.look(instance.funds(), (tenant, account, granted, held, settling) -> {
      long holds = holdings.heldOf(epoch, account);
      if (held != holds || settling < 0) {
        throw new Violation("Instance %d holds %d of account %d and believes %d, settling %d"
            .formatted(instance.number(), holds, account, held, settling));
      }
      long needed = Math.max(granted, held + settling);
      if (registered && needed > 0) {
        long known = untold.getOrDefault(new Share(epoch, account), 0L);
        long leased = books().granted(epoch, account);
        if (needed - known > leased) {
          throw new Violation(
              "Instance %d has granted %d, held %d, settling %d of account %d, untold %d; leased "
                  .formatted(instance.number(), granted, held, settling, account, known) + "to it are "
                  + leased);
        }
      }
    });
  }

  /** What running requests and settlements under way take from a fund, over all instances. */
  long takenFrom(Fund fund) {
    long taken = 0;
    for (Instance instance : world.instances()) {
      long epoch = FundsView.epochOf(instance.funds());
      taken += FundsView.takenFrom(instance.funds(), fund.tenant, fund.account)
          - untold.getOrDefault(new Share(epoch, fund.account), 0L);
    }
    return taken;
  }
}
