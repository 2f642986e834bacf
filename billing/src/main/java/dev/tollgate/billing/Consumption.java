package dev.tollgate.billing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended and what it used.
 *
 * @param endpoint the API path it came by, such as {@code /v1/chat/completions}
 * @param backend the backend that answered, or null if none did
 * @param firstTokenAt when the first output token arrived, or null if none did
 * @param completedAt when generation ended; its price is the one in force at this instant
 */
public record Consumption(Usage usage, Outcome outcome, String endpoint, @Nullable String backend,
    @Nullable Instant firstTokenAt, Instant completedAt) {

  /** How a request ended. The names are stored; renaming one needs a migration. */
  public enum Outcome {
    /** The model ended its answer or a stop sequence was met. */
    COMPLETED,
    /** The caller's token limit or the end of the context was reached. */
    LENGTH,
    /** The funds or a budget ended mid-answer. */
    FUNDS_EXHAUSTED,
    /** The client went away; billed is what the gateway had received (money rule 5). */
    CLIENT_DISCONNECTED,
    /** The operator's side failed; recorded with amount 0 whatever was used (money rule 6). */
    BACKEND_FAILED,
    /** The model's server found the request wrong when it was to answer it; recorded with amount 0, and nobody's failure. */
    REQUEST_REFUSED,
    /** The gateway stopped or died while it answered; billed is what it had received, by its last checkpoint. */
    INTERRUPTED;

    /** Whether what was used is priced; otherwise it is recorded, and draws nothing. */
    public boolean isBilled() {
      return switch (this) {
        case COMPLETED, LENGTH, FUNDS_EXHAUSTED, CLIENT_DISCONNECTED, INTERRUPTED -> true;
        case BACKEND_FAILED, REQUEST_REFUSED -> false;
      };
    }

    /** Whether a request that ended so has its whole answer; otherwise a repeat of it is billed for what it uses beyond. */
    public boolean isFinal() {
      return this == COMPLETED || this == LENGTH;
    }
  }
}
