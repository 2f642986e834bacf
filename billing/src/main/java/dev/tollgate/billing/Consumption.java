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
    /** The gateway stopped or died while it answered; billed is what it had received, by its last checkpoint. */
    INTERRUPTED
  }
}
