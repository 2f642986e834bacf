package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.funds.FundsView;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Slice;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The open holds of one instance and what they add up to. */
final class Holdings {

  private final Set<Hold> holds = new LinkedHashSet<>();
  private final Map<Long, Long> held = new HashMap<>();
  private long summedFor;
  private boolean changed = true;

  void begins(Hold hold) {
    holds.add(hold);
    changed = true;
  }

  /** A hold has grown. */
  void changes() {
    changed = true;
  }

  void ends(Hold hold) {
    holds.remove(hold);
    changed = true;
  }

  /** What they hold of an account under an epoch. */
  long heldOf(long epoch, long account) {
    if (changed || summedFor != epoch) {
      held.clear();
      holds.stream().filter(hold -> FundsView.epochOf(hold) == epoch).forEach(this::add);
      summedFor = epoch;
      changed = false;
    }
    return held.getOrDefault(account, 0L);
  }

  private void add(Hold hold) {
    add(FundsView.inputOf(hold), FundsView.budgetsOf(hold));
    add(FundsView.outputOf(hold), FundsView.budgetsOf(hold));
  }

  private void add(List<Slice> slices, List<Long> budgets) {
    for (Slice slice : slices) {
      held.merge(slice.account(), slice.amount(), Math::addExact);
      if (slice.kind() == FundKind.MONEY) {
        budgets.forEach(budget -> held.merge(budget, slice.amount(), Math::addExact));
      }
    }
  }
}
