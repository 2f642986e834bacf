package dev.tollgate.tenants;

import org.jspecify.annotations.Nullable;

/**
 * What one subject may ask for, over all gateway instances together; null where nothing is limited.
 *
 * @param requestsPerMinute requests within any 60 seconds, 1 to {@link #MOST_REQUESTS}
 * @param tokensPerMinute input and output tokens within any 60 seconds, 1 to {@link #MOST_TOKENS}
 * @param concurrentRequests requests that run at one time, 1 to {@link #MOST_CONCURRENT}
 */
public record RateLimits(@Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute,
    @Nullable Long concurrentRequests) {

  public static final long MOST_REQUESTS = 1_000_000_000L;
  public static final long MOST_TOKENS = 1_000_000_000_000L;
  public static final long MOST_CONCURRENT = 1_000_000L;

  /** Nothing is limited. */
  public static final RateLimits NONE = new RateLimits(null, null, null);

  /** @throws BrokenRuleException if one of them is not within its bounds, naming it as the table does */
  public RateLimits {
    requireWithin("requests_per_minute", requestsPerMinute, MOST_REQUESTS);
    requireWithin("tokens_per_minute", tokensPerMinute, MOST_TOKENS);
    requireWithin("concurrent_requests", concurrentRequests, MOST_CONCURRENT);
  }

  public boolean isNone() {
    return requestsPerMinute == null && tokensPerMinute == null && concurrentRequests == null;
  }

  private static void requireWithin(String field, @Nullable Long value, long most) {
    if (value != null && (value < 1 || value > most)) {
      throw new BrokenRuleException(field, "must be between 1 and " + most + ", but is " + value);
    }
  }
}
