package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.simulation.Books.Usage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What clients were told, and what a crash may cost: an answer whose receipt was read is billed as the receipt says, and
 * of a stream that was cut off at most its last two seconds are not.
 */
final class Answers {

  private static final long METERED_NANOS = 2 * World.SECOND;

  private final World world;
  private final Set<UUID> kept = new HashSet<>();
  private final Map<UUID, Receipt> read = new LinkedHashMap<>();
  private final Map<UUID, Deque<Checkpoint>> checkpoints = new LinkedHashMap<>();
  private final Map<UUID, Long> due = new LinkedHashMap<>();
  private final Map<UUID, Integer> attempts = new HashMap<>();

  Answers(World world) {
    this.world = world;
  }

  private record Checkpoint(Machine machine, long at, long tokens) {

    boolean isDue(long now) {
      return at + METERED_NANOS < now;
    }
  }

  /** A request begins; one that is repeated is answered for whichever of it came first. */
  void begins(UUID id) {
    attempts.merge(id, 1, Integer::sum);
  }

  /** A settlement is durable in a journal. */
  void kept(UUID id) {
    kept.add(id);
  }

  /** A client read its receipt. */
  void reads(UUID id, Receipt receipt) {
    read.put(id, receipt);
    Receipt recorded = recorded(id);
    // A repeat may be billed for more before the client of an attempt that was cut off has read what that one was.
    boolean repeated = attempts.getOrDefault(id, 0) > 1 && recorded != null && isPartOf(receipt, recorded);
    if (!kept.contains(id) && !repeated && !receipt.equals(recorded)) {
      throw new Violation("Answered with %s, recorded is %s".formatted(receipt, recorded));
    }
  }

  /** A stream has come this far, and its checkpoint is on its way. */
  void reaches(UUID id, Machine machine, long tokens) {
    long now = world.schedule().now();
    Deque<Checkpoint> reached = checkpoints.computeIfAbsent(id, none -> new ArrayDeque<>());
    if (reached.isEmpty() || reached.getLast().at + METERED_NANOS / 4 < now) {
      reached.add(new Checkpoint(machine, now, tokens));
    }
    // Of those that are old enough to be due, the last one counts.
    while (reached.size() > 1 && reached.stream().skip(1).findFirst().orElseThrow().isDue(now)) {
      reached.removeFirst();
    }
  }

  void ends(UUID id) {
    checkpoints.remove(id);
  }

  /** A machine is gone. What streams on it had reached two seconds before is due, if nothing kept it from being saved. */
  void gone(Machine machine) {
    long now = world.schedule().now();
    checkpoints.forEach((id, reached) -> {
      Checkpoint checkpoint = reached.getFirst();
      boolean calm = world.network().calmSince() + World.SECOND < checkpoint.at
          && machine.pausedUntil() + World.SECOND < checkpoint.at;
      if (checkpoint.machine.equals(machine) && calm && checkpoint.isDue(now)
          && attempts.getOrDefault(id, 0) == 1) {
        due.put(id, checkpoint.tokens);
      }
    });
    checkpoints.values().removeIf(reached -> reached.getFirst().machine.equals(machine));
  }

  private @Nullable Receipt recorded(UUID id) {
    return world.platform().books().rowsOf(new RequestId(id)).stream().map(Usage::receipt)
        .reduce(Receipt::plus).orElse(null);
  }

  /** What a backend fails whose gateway was taken for dead before stays billed as interrupted (ADR 0008). */
  private boolean failedOnceInterrupted(UUID id, Receipt told) {
    Usage row = world.platform().books().usage().get(id);
    return kept.contains(id) && told.amountPico() == 0 && told.freeTokens() == 0
        && told.packMillitokens() == 0 && row != null
        && row.settlement().consumption().outcome() == Outcome.INTERRUPTED;
  }

  private static boolean isPartOf(Receipt told, Receipt recorded) {
    return told.amountPico() <= recorded.amountPico() && told.freeTokens() <= recorded.freeTokens()
        && told.packMillitokens() <= recorded.packMillitokens();
  }

  /** A checkpoint is priced when it is taken, so where prices changed its sum may differ from the receipt's. */
  void checkRest() {
    boolean samePrices = world.platform().prices().size() == 1;
    read.forEach((id, receipt) -> {
      Receipt recorded = recorded(id);
      if (recorded == null
          || (samePrices && attempts.getOrDefault(id, 0) == 1 && !recorded.equals(receipt)
              && !failedOnceInterrupted(id, receipt))) {
        throw new Violation("Answered with %s, recorded in the end is %s".formatted(receipt, recorded));
      }
    });
    due.forEach((id, tokens) -> {
      Usage row = world.platform().books().usage().get(id);
      if (row == null || row.settlement().consumption().usage().outputTokens() < tokens) {
        throw new Violation(
            "A crash lost more than two seconds of %s: %d tokens, recorded is %s".formatted(id,
                tokens, row));
      }
    });
  }
}
