package dev.tollgate.system.chaos;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of one request that it sent; times are those of {@link System#nanoTime}.
 *
 * @param id as the head of the answer told it, null where none came
 * @param received output tokens that the client has seen
 */
record Asked(Question question, int gateway, long sentAt, long endedAt, @Nullable UUID id, int received,
    Ending ending) {

  /** How it ended for the client. */
  sealed interface Ending {

    /** The whole answer came. */
    record Answered(Bill bill) implements Ending {}

    /** The client went away. */
    record Left() implements Ending {}

    record Refused(int status, String code) implements Ending {}

    /** The stream ended with an error. */
    record Failed(String code) implements Ending {}

    /** The connection broke. */
    record CutOff(String why) implements Ending {}
  }

  /** What an answer said about itself. */
  record Bill(long promptTokens, long outputTokens, long pico, long freeTokens, long packMillitokens,
      @Nullable String stoppedBy) {}

  boolean isRefusedForFunds() {
    return ending instanceof Ending.Refused(int status, _) && status == 402;
  }
}
