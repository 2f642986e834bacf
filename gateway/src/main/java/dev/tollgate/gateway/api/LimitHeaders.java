package dev.tollgate.gateway.api;

import dev.tollgate.gateway.admission.limits.LimitStatus;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a caller has left of its limits, in the headers that OpenAI's clients read. */
public final class LimitHeaders {

  private LimitHeaders() {}

  public static void write(HttpServletResponse response, LimitStatus status) {
    write(response, "requests", status.requests());
    write(response, "tokens", status.tokens());
  }

  private static void write(HttpServletResponse response, String unit, LimitStatus.@Nullable Rate rate) {
    if (rate != null) {
      response.setHeader("x-ratelimit-limit-" + unit, Long.toString(rate.limit()));
      response.setHeader("x-ratelimit-remaining-" + unit, Long.toString(rate.remaining()));
      response.setHeader("x-ratelimit-reset-" + unit, text(rate.reset()));
    }
  }

  /** Such as {@code 0s}, {@code 120ms}, {@code 7s} and {@code 1m0s}; whole seconds are rounded up. */
  static String text(Duration duration) {
    long millis = Math.ceilDiv(duration.toNanos(), 1_000_000L);
    if (millis > 0 && millis < 1_000) {
      return millis + "ms";
    }
    long seconds = Math.ceilDiv(millis, 1_000L);
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }
}
