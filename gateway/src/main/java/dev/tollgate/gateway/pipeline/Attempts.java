package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.routing.BackendFailedException;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/**
 * How often and how long backends are tried before the first token, as {@code resilience4j.retry} and
 * {@code resilience4j.timelimiter} have it under {@value #NAME}; both show in the metrics.
 */
@Component
final class Attempts {

  private static final String NAME = "first-token";

  private final Retry retry;
  private final TimeLimiter limiter;

  Attempts(RetryRegistry retries, TimeLimiterRegistry limiters) {
    this.retry = retries.retry(NAME, NAME);
    this.limiter = limiters.timeLimiter(NAME, NAME);
  }

  /** The attempts of one request. */
  Attempt begin() {
    return new Attempt(retry.context());
  }

  /** One request's. */
  final class Attempt {

    private final Retry.Context<Object> context;
    private long since = System.nanoTime();

    private Attempt(Retry.Context<Object> context) {
      this.context = context;
    }

    /** Whether the backend has had as long as it gets. */
    boolean isLate() {
      Duration limit = limiter.getTimeLimiterConfig().getTimeoutDuration();
      return System.nanoTime() - since > limit.toNanos();
    }

    /** The backend was late. */
    void late() {
      limiter.onError(new TimeoutException());
    }

    /** Counts a failure; after a pause the next attempt begins. False if that was the last. */
    boolean failed(String why) {
      try {
        context.onRuntimeError(new BackendFailedException(why));
      } catch (BackendFailedException last) {
        return false;
      }
      since = System.nanoTime();
      return true;
    }

    void succeeded() {
      limiter.onSuccess();
      context.onComplete();
    }
  }
}
