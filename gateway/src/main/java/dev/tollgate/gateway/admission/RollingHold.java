package dev.tollgate.gateway.admission;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.gateway.admission.limits.Passage;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The hold of one answer, handed out to its choices in windows. Holds stay small (money rule 3): the next window is
 * asked for while the choice still has half of its last one, so that neither funds are blocked nor the stream waits.
 */
public final class RollingHold {

  private static final long FIRST_WINDOW = 64;
  private static final long LARGEST_WINDOW = 512;

  private final Hold hold;
  private final Passage passage;
  private final long inputTokens;
  private long handedOut;

  /**
   * A hold of which nothing is handed out yet.
   *
   * @param passage where what is handed out counts against token limits
   * @param inputTokens that count there already
   */
  public RollingHold(Hold hold, Passage passage, long inputTokens) {
    this.hold = hold;
    this.passage = passage;
    this.inputTokens = inputTokens;
  }

  /** Output tokens that the first step of one choice needs. */
  public static long firstWindow(long limit) {
    return Math.min(FIRST_WINDOW, limit);
  }

  /** The size of the step after a choice has been given {@code granted} tokens: it doubles, up to a bound. */
  public static long nextWindow(long granted) {
    return Math.clamp(granted, FIRST_WINDOW, LARGEST_WINDOW);
  }

  /** Gives a choice up to {@code want} more tokens; fewer where the funds end, 0 when there are none. */
  public long take(long want) {
    long spare = hold.coveredOutputTokens() - handedOut;
    if (spare < want) {
      hold.extend(want - spare);
    }
    long taken = Math.min(want, hold.coveredOutputTokens() - handedOut);
    handedOut += taken;
    passage.charge(inputTokens + handedOut);
    return taken;
  }

  /** Whether the last {@link #take} got less than it wanted only because the database is away. */
  public boolean mayTakeLater() {
    return hold.mayExtendLater();
  }

  /** Why the last {@link #take} got nothing. */
  public Refusal shortage() {
    return Objects.requireNonNullElse(hold.shortage(), Refusal.UNAVAILABLE);
  }

  /** Takes back what a choice that ended did not use, for the other choices. */
  public void giveBack(long unused) {
    handedOut -= unused;
  }

  /** Remembers what was used so far, in case that this gateway dies. */
  public void checkpoint(Consumption soFar) {
    hold.checkpoint(soFar);
  }

  /**
   * Bills what was used, frees the rest. What our side failed to answer counts against no limit; what was refused as
   * wrong is a request without tokens, as it is before there is a hold.
   */
  public CompletionStage<Receipt> settle(Consumption consumption) {
    if (consumption.outcome() == Outcome.BACKEND_FAILED) {
      passage.waive();
    } else {
      passage.settle(consumption.outcome().isBilled() ? consumption.usage().rawTokens() : 0);
    }
    return hold.settle(consumption);
  }
}
