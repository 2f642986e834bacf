package dev.tollgate.gateway.admission.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a caller has left of the tightest of its limits; null where none is set. */
public record LimitStatus(@Nullable Rate requests, @Nullable Rate tokens) {

  /** Nothing is limited. */
  public static final LimitStatus UNLIMITED = new LimitStatus(null, null);

  /**
   * One limit.
   *
   * @param limit a minute
   * @param remaining what this instance knows to be free: its own share, and what nobody had borrowed when it last asked
   * @param reset until all that was used here is free again
   */
  public record Rate(long limit, long remaining, Duration reset) {

    /** The tighter of two, by what remains. */
    static Rate tighter(@Nullable Rate one, Rate other) {
      return one == null || other.remaining < one.remaining ? other : one;
    }
  }
}
