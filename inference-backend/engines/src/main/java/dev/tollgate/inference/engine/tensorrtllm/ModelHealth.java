package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.Refusal;
import dev.tollgate.inference.engine.relay.TokenRuntime;
import dev.tollgate.inference.engine.relay.TokenSink;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the model can generate, as its answers tell. Some errors concern all of them ({@link Trouble}); from then on the
 * model is asked for a single token again and again, and the trouble is over once it gives one. A model that has not
 * recovered in time never will.
 */
final class ModelHealth {

  private static final long LONGEST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Asks the model for a token. */
  @FunctionalInterface
  interface Probing {

    /**
     * Begins, and returns at once.
     *
     * @throws TritonException if the library refuses it
     */
    TokenRuntime.Run begin(TokenSink sink);
  }

  private final Probing probing;
  private final Duration patience;
  private @Nullable String trouble;
  private @Nullable Probe probe;
  private long troubledSince;

  ModelHealth(Probing probing, Duration patience) {
    this.probing = probing;
    this.patience = patience;
  }

  /** An answer has failed with this error. */
  synchronized void failed(String error, long now) {
    Trouble.in(error).ifPresent(found -> {
      if (trouble == null) {
        troubledSince = now;
      }
      trouble = found.told(error);
    });
  }

  synchronized Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Whether it has been in trouble for longer than it may take to recover. */
  synchronized boolean isLost(long now) {
    return trouble != null && now - troubledSince > patience.toNanos();
  }

  /** Asks the model whether it can generate again, where it is in trouble and not being asked already. */
  void look(long now) {
    Probe next = next(now);
    if (next != null) {
      try {
        next.run = probing.begin(next);
      } catch (RuntimeException e) {
        // Whatever it is, the next look asks again.
        next.failed(String.valueOf(e.getMessage()));
      }
    }
  }

  private synchronized @Nullable Probe next(long now) {
    Probe running = probe;
    if (running != null && now - running.since > LONGEST_PROBE_NANOS) {
      running.giveUp();
      probe = null;
    }
    if (trouble == null || probe != null) {
      return null;
    }
    Probe next = new Probe(now);
    probe = next;
    return next;
  }

  /** @param generated else the trouble goes on, as told by the error of whichever answer failed last */
  private synchronized void ended(Probe over, boolean generated) {
    if (probe == over) {
      probe = null;
      if (generated) {
        trouble = null;
      }
    }
  }

  /** One token that is asked for. Whatever it is: only that it comes counts. */
  private final class Probe implements TokenSink {

    private final long since;
    private volatile TokenRuntime.@Nullable Run run;

    Probe(long since) {
      this.since = since;
    }

    void giveUp() {
      TokenRuntime.Run begun = run;
      if (begun != null) {
        begun.cancel();
      }
    }

    @Override
    public void tokens(int[] ids, int cachedPromptTokens) {}

    @Override
    public void ended(End end, int cachedPromptTokens) {
      ModelHealth.this.ended(this, true);
    }

    @Override
    public void failed(String message) {
      ModelHealth.this.ended(this, false);
    }

    @Override
    public void refused(Refusal refusal) {
      ModelHealth.this.ended(this, false);
    }

    @Override
    public boolean awaitDemand() {
      return true;
    }
  }
}
