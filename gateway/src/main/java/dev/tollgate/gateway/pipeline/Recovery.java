package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.generation.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an answer from a backend that fails it to the next one (ADR 17), and bounds how long its client is kept waiting:
 * a backend that says nothing is left, too, as long as there is one that has not been tried.
 */
final class Recovery {

  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  private final RequestId id;
  private final GenerationRequest request;
  private final Sequences sequences;
  private final PipelineProperties properties;
  private long heardNanos = System.nanoTime();
  private @Nullable Interruption interruption;
  private boolean lastIsBusy;

  Recovery(RequestId id, GenerationRequest request, Sequences sequences, PipelineProperties properties) {
    this.id = id;
    this.request = request;
    this.sequences = sequences;
    this.properties = properties;
  }

  /** Something came from a backend. */
  void heard(long nanos) {
    heardNanos = nanos;
  }

  /** Output has come, or its end: an answer that had stood still goes on. */
  void goesOn() {
    Interruption over = interruption;
    if (over != null) {
      interruption = null;
      sequences.placement().resumedAfter(over.lasted(System.nanoTime()));
    }
  }

  /** Does not count time in which nobody here was listening. */
  void excuse(long nanos) {
    heardNanos += nanos;
    sequences.choices().forEach(choice -> choice.excuse(nanos));
    interruption = interruption == null ? null : interruption.excused(nanos);
  }

  /** A sequence has failed; an exit if the answer ends by it. */
  @Nullable
  Exit broken(Failure failure) {
    // What the first backend took cannot be wrong; another one may be unable to go on with it.
    boolean movedOn = sequences.placement().hasMovedOn();
    return switch (failure) {
      case Failure.Unavailable(String detail) -> interrupted(detail, true);
      case Failure.Overloaded() -> {
        lastIsBusy = true;
        yield leaves("it has too many requests", false, System.nanoTime());
      }
      case Failure.NotResumed(String detail) -> interrupted(detail, false);
      case Failure.Invalid(String message) when movedOn -> interrupted(message, false);
      case Failure.ContextTooLong(String message) when movedOn -> interrupted(message, false);
      case Failure.Invalid _,Failure.ContextTooLong _ -> new Exit.Refused(sequences.refusal(failure));
    };
  }

  /** The backend has failed: the answer goes on at another one, at once or as soon as there is one. */
  @Nullable
  Exit interrupted(String why, boolean itsFault) {
    return interrupted(why, itsFault, System.nanoTime());
  }

  private @Nullable Exit interrupted(String why, boolean itsFault, long sinceNanos) {
    lastIsBusy = false;
    return leaves(why, itsFault, sinceNanos);
  }

  private @Nullable Exit leaves(String why, boolean itsFault, long sinceNanos) {
    log.warn("Request {}: backend {} failed after {} output tokens: {}", id,
        sequences.placement().address(), sequences.receivedTokens(), why);
    sequences.leave(itsFault);
    if (interruption == null) {
      interruption = Interruption.since(sinceNanos, properties.resumeWithin());
    }
    return goOn(interruption);
  }

  private @Nullable Exit goOn(Interruption since) {
    long now = System.nanoTime();
    if (!sequences.placement().mayGoOn()) {
      return unavailable();
    }
    if (sequences.resume(since.mayTryAgain(now))) {
      log.info("Request {} goes on at backend {} after {} ms", id, sequences.placement().address(),
          since.lasted(now).toMillis());
      // What keeps to a format may be written anew there first (ADR 27), and would be anew at the next.
      interruption = since.tried(now, request.sampling().hasResponseFormat());
      heardNanos = now;
      return null;
    }
    return since.isTooLong(now) ? unavailable() : null;
  }

  private Exit unavailable() {
    return new Exit.Broken(lastIsBusy ? sequences.refusal(new Failure.Overloaded())
        : new Refusal.BackendUnavailable(request.model()));
  }

  /** Looks at the clock; an exit if nobody is left who would go on. */
  @Nullable
  Exit look(long now) {
    Interruption since = interruption;
    if (since != null && sequences.areLeft()) {
      return goOn(since);
    }
    if (now - heardNanos > properties.stallTimeout().toNanos()) {
      return new Exit.Broken(new Refusal.TimedOut(properties.stallTimeout()));
    }
    if (!sequences.placement().mayBeLeft()) {
      return null;
    }
    Duration silence = properties.silenceTimeout();
    if (sequences.standsStill(now, silence) && sequences.placement().hasAlternative()) {
      boolean counts = silence.compareTo(properties.resumeWithin()) < 0;
      return interrupted("it has stood still", true, counts ? now - silence.toNanos() : now);
    }
    // It may only be slow; so one that has failed is no better.
    return since != null && since.isOver(now) && sequences.areAwaited() && sequences.placement().hasUntried()
        ? interrupted("it has not gone on with the answer", sequences.noneIsHeard())
        : null;
  }
}
