package dev.tollgate.system.chaos;

import dev.tollgate.testing.StandInBackend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request of a customer. What the backend shall do stands in the prompt; a word that no other prompt has tells it
 * from all others.
 *
 * @param out tokens that the backend has to say
 * @param delayMillis before each message of {@code batch} tokens
 * @param most output tokens asked for at most, 0 for no limit
 * @param leaveAfter tokens, or for an answer in one piece milliseconds; negative if the client stays
 */
record Question(String tag, Customer customer, int filler, int out, int delayMillis, int batch, int most,
    boolean stream, int leaveAfter) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int WORDS = 4;
  private static final int FIRST_WINDOW = 64;

  int promptTokens() {
    return WORDS + filler;
  }

  String body() {
    String prompt = tag + " out=" + out + " delay=" + delayMillis + " batch=" + batch
        + " word".repeat(filler);
    Map<String, Object> body = new HashMap<>(
        Map.of("model", StandInBackend.MODEL, "stream", stream, "messages",
            List.of(Map.of("role", "user", "content", prompt))));
    if (most > 0) {
      body.put("max_tokens", most);
    }
    if (stream) {
      body.put("stream_options", Map.of("include_usage", true));
    }
    return JSON.writeValueAsString(body);
  }

  /** The most money that the gateway may hold for this at any time: windows are up to four times what has come. */
  long mostHeldPico() {
    int windows = Math.max(FIRST_WINDOW, 4 * out);
    return promptTokens() * Customer.PER_INPUT
        + (most == 0 ? windows : Math.min(most, windows)) * Customer.PER_OUTPUT;
  }

  /** The least for which it must be admitted: its input and one token of output. */
  long leastPico() {
    return promptTokens() * Customer.PER_INPUT + Customer.PER_OUTPUT;
  }
}
