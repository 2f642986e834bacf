package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.generation.Event;
import dev.tollgate.gateway.generation.Failure;
import dev.tollgate.inference.protocol.GenerateEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a backend count the prompts; another one, where that fails: nothing has been generated yet. Only the first choice
 * of each prompt is opened for it.
 */
final class Preparation {

  private static final Logger log = LoggerFactory.getLogger(Preparation.class);

  private final Arrival arrival;
  private final Sequences sequences;
  private final Duration timeout;
  private final Attempts.Attempt attempt;
  private boolean wasLate;
  private int missing;

  Preparation(Arrival arrival, Sequences sequences, Attempts attempts, Duration timeout) {
    this.arrival = arrival;
    this.sequences = sequences;
    this.attempt = attempts.begin();
    this.timeout = timeout;
  }

  /** What counting the prompts led to. */
  sealed interface Prepared {

    record Ready(long inputTokens, long firstWindow) implements Prepared {}

    record ClientGone() implements Prepared {}

    /** Every backend that was asked failed before it counted. */
    record Unanswered() implements Prepared {}

    /** Every backend that was asked has too many requests. */
    record TooBusy() implements Prepared {}
  }

  /**
   * Counts.
   *
   * @throws RefusedException if the backend finds the request wrong
   */
  Prepared run() throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    missing = sequences.openLeaders();
    while (missing > 0) {
      switch (sequences.generation().await()) {
        case Event.Tick() -> {
          if (arrival.client().isGone()) {
            return new Prepared.ClientGone();
          }
          if (System.nanoTime() - deadline > 0 || (isLate() && !triedElsewhere("it was late", true))) {
            return new Prepared.Unanswered();
          }
        }
        case Event.Failed(int sequence, Failure failure) -> {
          if (sequences.generatedAs(sequence) != null && !failed(failure)) {
            return failure instanceof Failure.Overloaded ? new Prepared.TooBusy() : new Prepared.Unanswered();
          }
        }
        case Event.Received(int sequence, GenerateEvent event) ->
          counted(sequences.generatedAs(sequence), event);
      }
    }
    attempt.succeeded();
    long input = sequences.choices().stream().mapToLong(Choice::promptTokens).sum();
    long limit = sequences.choices().getFirst().limit();
    return new Prepared.Ready(input, Math.max(1, RollingHold.firstWindow(limit)));
  }

  private void counted(@Nullable Choice leader, GenerateEvent event) {
    if (leader != null && event.hasPrepared()) {
      sequences.counted(leader, event.getPrepared().getPromptTokens(),
          event.getPrepared().getOutputCapacity());
      missing--;
    }
  }

  /** A backend that does not count in time is left, once, where another one is there to ask: if all are slow, so be it. */
  private boolean isLate() {
    boolean late = !wasLate && attempt.isLate() && sequences.placement().hasAlternative();
    if (late) {
      wasLate = true;
      attempt.late();
    }
    return late;
  }

  /** Whether it goes on elsewhere. */
  private boolean failed(Failure failure) {
    return switch (failure) {
      case Failure.Unavailable(String detail) -> triedElsewhere(detail, true);
      // Nothing was begun yet that it could refuse to go on with.
      case Failure.NotResumed(String detail) -> triedElsewhere(detail, true);
      case Failure.Overloaded() -> triedElsewhere("it has too many requests", false);
      case Failure.Invalid _,Failure.ContextTooLong _ ->
        throw new RefusedException(sequences.refusal(failure));
    };
  }

  private boolean triedElsewhere(String why, boolean itsFault) {
    String left = sequences.placement().address();
    log.warn("Request {}: backend {} did not count the prompt: {}", arrival.id(), left, why);
    sequences.leave(itsFault);
    if (!attempt.failed(why) || !sequences.placement().moveOn(false)) {
      return false;
    }
    missing = sequences.openLeaders();
    return true;
  }
}
