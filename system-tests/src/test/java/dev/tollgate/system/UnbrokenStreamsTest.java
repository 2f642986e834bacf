package dev.tollgate.system;

import static org.awaitility.Awaitility.await;

import dev.tollgate.system.Streams.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of three CPU backends is killed under 64 streams: every stream is whole, and none costs more than without that. Runs
 * with {@code -Dtollgate.unbroken=true} only: five processes on two cores take it three quarters of a minute.
 */
@EnabledIfSystemProperty(named = "tollgate.unbroken", matches = "true")
class UnbrokenStreamsTest {

  private static final int STREAMS = 64;
  private static final int TOKENS = 160;
  private static final List<String> QUESTIONS = List.of("Tell me a story about a cat.", "What is a token?",
      "Why is the sky blue?", "Tell me a joke.", "What is 7 + 8?", "Explain what a gateway does.",
      "What is the capital of Portugal?", "Hello!");

  @TempDir
  Path folder;

  @Test
  void killingABackendBreaksNoStreamChangesNoAnswerAndCostsNothing() throws Exception {
    var backends = new ArrayList<BackendProcess>();
    try {
      for (int number = 0; number < 3; number++) {
        backends.add(BackendProcess.cpu(folder, number));
      }
      String addresses = String.join(",", backends.stream().map(BackendProcess::address).toList());
      try (var tollgate = RunningTollgate.start(folder.resolve("data"),
          "--tollgate.backend.addresses=" + addresses,
          // Three backends, a gateway and a database share the cores of one machine here.
          "--tollgate.requests.prepare-timeout=60s", "--tollgate.requests.silence-timeout=30s")) {
        var streams = new Streams(tollgate);
        streams.askFirst(body(0));
        List<Seen> undisturbed = streams.ask(STREAMS, UnbrokenStreamsTest::body, () -> {});
        List<Seen> disturbed = streams.ask(STREAMS, UnbrokenStreamsTest::body, () -> {
          await().atMost(Duration.ofSeconds(30)).until(() -> streams.pieces() > 3 * STREAMS);
          backends.getFirst().kill();
        });
        streams.judge(undisturbed, disturbed);
      }
    } finally {
      for (BackendProcess backend : backends) {
        backend.close();
      }
    }
  }

  private static Map<String, Object> body(int number) {
    // Without its end token (1) the model goes on to the limit, so that all streams are long.
    return Map.of("model", RunningTollgate.MODEL, "temperature", 0, "stream", true, "max_tokens", TOKENS,
        "logit_bias", Map.of("1", -100), "messages", List.of(Map.of("role", "user", "content",
            "No. " + number + ": " + QUESTIONS.get(number % QUESTIONS.size()))));
  }
}
