package dev.tollgate.inference.engine.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds places for sequences so that as much of each prompt as possible is cached already. A finished sequence's
 * tokens stay until their place is needed. Used by the scheduler's thread only.
 */
final class SlotPool {

  /** Copying a cache costs about as much as computing a few tokens, so the start that all chats share is not worth it. */
  private static final int LEAST_WORTH_COPYING = 16;

  private final LlamaContext context;
  private final boolean byPosition;
  private final List<Slot> slots = new ArrayList<>();

  SlotPool(LlamaContext context, int count, boolean byPosition) {
    this.context = context;
    this.byPosition = byPosition;
    for (int i = 0; i < count; i++) {
      slots.add(new Slot(i));
    }
  }

  List<Slot> slots() {
    return slots;
  }

  boolean anyIdle() {
    return slots.stream().anyMatch(Slot::idle);
  }

  long tokens() {
    return slots.stream().mapToLong(Slot::length).sum();
  }

  /**
   * Gives an idle place to a sequence.
   *
   * @return how many of its tokens are cached there; the last one never is, because its logits are needed
   */
  int assign(CpuSequence sequence, long now) {
    int most = byPosition ? sequence.known() - 1 : 0;
    Slot best = best(sequence, most, false);
    Slot bestIdle = best(sequence, most, true);
    int shared = best == null ? 0 : best.shared(sequence, most);
    int sharedIdle = bestIdle == null ? 0 : bestIdle.shared(sequence, most);
    Slot target = oldestIdle();
    int cached = 0;
    if (bestIdle != null && sharedIdle > 0 && sharedIdle + LEAST_WORTH_COPYING > shared
        && (bestIdle == target || 2 * sharedIdle >= bestIdle.length())) {
      target = bestIdle;
      cached = sharedIdle;
    } else if (best == target) {
      cached = shared;
    } else if (best != null && (shared >= LEAST_WORTH_COPYING || 2 * shared >= sequence.known())) {
      context.copy(best.id, target.id);
      cached = shared;
    }
    cached = forget(target, cached);
    target.take(sequence, cached, now);
    sequence.place(target);
    return cached;
  }

  /** Drops what a place holds, after a step on it failed. */
  void empty(Slot slot) {
    forget(slot, 0);
    slot.empty();
  }

  private int forget(Slot slot, int from) {
    if (context.forget(slot.id, from)) {
      return from;
    }
    context.forget(slot.id, -1);
    return 0;
  }

  private @Nullable Slot best(CpuSequence sequence, int most, boolean idleOnly) {
    Slot best = null;
    int longest = 0;
    for (Slot slot : slots) {
      int shared = idleOnly && !slot.idle() ? 0 : slot.shared(sequence, most);
      if (shared > longest) {
        best = slot;
        longest = shared;
      }
    }
    return best;
  }

  private Slot oldestIdle() {
    return slots.stream().filter(Slot::idle)
        .min(Comparator.comparing((Slot slot) -> slot.length() > 0).thenComparingLong(Slot::lastUsed))
        .orElseThrow();
  }
}
