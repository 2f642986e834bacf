package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.inference.protocol.FinishReason;
import dev.tollgate.inference.protocol.Finished;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One of the answers to a prompt while it grows: what it may still produce and what has come. */
final class Choice {

  /** A backend gives an answer up that gets no grant for 10 seconds. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

  private final int index;
  private final boolean leadsPrompt;
  private int sequence = -1;
  private long limit;
  private long granted;
  private long received;
  private long promptTokens;
  private long cachedPromptTokens;
  private Answer.@Nullable Ending coverEnded;
  private boolean waiting;
  private long waitingSince;
  private Answer.@Nullable Ending ending;

  Choice(int index, boolean leadsPrompt) {
    this.index = index;
    this.leadsPrompt = leadsPrompt;
  }

  int index() {
    return index;
  }

  /** Whether this is the first choice of its prompt: the one that the prompt is billed by. */
  boolean leadsPrompt() {
    return leadsPrompt;
  }

  void openedAs(int newSequence) {
    sequence = newSequence;
  }

  boolean isOpen() {
    return sequence >= 0;
  }

  /** What its prompt's length leaves room for, and what the caller allows. */
  void prepared(long newPromptTokens, long newLimit) {
    promptTokens = newPromptTokens;
    limit = newLimit;
  }

  long limit() {
    return limit;
  }

  void started(long newCachedPromptTokens) {
    cachedPromptTokens = Math.min(newCachedPromptTokens, promptTokens);
  }

  /** Counts output, up to what was granted. False if the backend sent more than that: nobody pays for the excess. */
  boolean received(int tokens) {
    long total = received + tokens;
    received = Math.min(total, granted);
    return total <= granted;
  }

  /**
   * Keeps the grant ahead of the output. When nothing covers another token and all that was granted has come, the
   * backend is told that this was the last grant, and the answer ends there.
   */
  void cover(RollingHold hold, Generation generation) {
    if (ending != null || coverEnded != null || granted == limit || granted - received > granted / 2) {
      return;
    }
    long more = hold.take(Math.min(RollingHold.nextWindow(granted), limit - granted));
    if (more > 0) {
      granted += more;
      waiting = false;
      generation.grant(sequence, granted, granted == limit);
    } else if (received == granted && !waits(hold)) {
      coverEnded = endingFor(hold);
      generation.grant(sequence, granted, true);
    }
  }

  /** Tries again where the answer stands still because the database could not be asked for cover. */
  void coverIfWaiting(RollingHold hold, Generation generation) {
    if (waiting) {
      cover(hold, generation);
    }
  }

  private boolean waits(RollingHold hold) {
    long now = System.nanoTime();
    if (!waiting && hold.mayTakeLater()) {
      waiting = true;
      waitingSince = now;
    }
    waiting = waiting && hold.mayTakeLater() && now - waitingSince < LONGEST_WAIT.toNanos();
    return waiting;
  }

  /** The first window, without a message: it travels with the opening. 0 ends the choice before it began. */
  long coverFirst(RollingHold hold) {
    granted = hold.take(RollingHold.firstWindow(limit));
    if (granted == 0) {
      ending = endingFor(hold);
    }
    return granted;
  }

  private static Answer.Ending endingFor(RollingHold hold) {
    return switch (hold.shortage()) {
      case BUDGET_EXCEEDED -> Answer.Ending.BUDGET_EXHAUSTED;
      case UNAVAILABLE -> Answer.Ending.FUNDS_UNKNOWN;
      default -> Answer.Ending.FUNDS_EXHAUSTED;
    };
  }

  boolean isFullyGranted() {
    return granted == limit;
  }

  void finished(Finished finished, RollingHold hold) {
    boolean length = finished.getReason() == FinishReason.FINISH_REASON_LENGTH;
    ending = !length ? Answer.Ending.STOP
        : coverEnded != null ? coverEnded
            : Answer.Ending.LENGTH;
    hold.giveBack(granted - received);
  }

  /** Ends where it is: the time for the whole answer is over. */
  void cutOff() {
    if (ending == null) {
      ending = Answer.Ending.LENGTH;
    }
  }

  Answer.@Nullable Ending ending() {
    return ending;
  }

  long promptTokens() {
    return promptTokens;
  }

  long cachedPromptTokens() {
    return cachedPromptTokens;
  }

  long receivedTokens() {
    return received;
  }
}
