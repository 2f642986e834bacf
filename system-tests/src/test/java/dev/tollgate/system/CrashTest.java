package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Kills the backend and then the gateway under load: every answer that a client had whole is billed exactly once. */
class CrashTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int CLIENTS = 12;
  private static final List<String> QUESTIONS = List.of("Hello!", "What is 7 + 8?", "Tell me a joke.",
      "What is a token?", "Why is the sky blue?");

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<UUID, Long> answered = new ConcurrentHashMap<>();
  private final AtomicBoolean over = new AtomicBoolean();

  @TempDir
  Path folder;

  @Test
  void everyAnsweredRequestIsBilledExactlyOnce() throws Exception {
    Path data = folder.resolve("data");
    var first = RunningTollgate.start(data);
    List<Thread> clients = startClients(first.address(), first.key());
    await().atMost(Duration.ofSeconds(30)).until(() -> answered.size() > 100);

    assertThat(first.child("BackendMain").destroyForcibly()).isTrue();
    int beforeReturn = answered.size();
    await().atMost(Duration.ofSeconds(30)).until(() -> answered.size() > beforeReturn + 100);

    first.crash();
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }

    try (var second = RunningTollgate.start(data)) {
      Map<UUID, Long> billed = billed(second);
      assertThat(billed).containsAllEntriesOf(answered);
      int lost = billed.size() - answered.size();
      System.out.printf(
          "crash test: %d answers had whole, all billed once; %d more settled whose last bytes the crash "
              + "cut off%n",
          answered.size(), lost);
      // A request that was settled but not answered is one that was under way when something was killed.
      assertThat(lost).isLessThanOrEqualTo(CLIENTS);
      await().atMost(Duration.ofSeconds(30)).until(() -> leasesOfTheDead(second) == 0);
      assertThat(Books.differences(second)).isEmpty();
    }
  }

  private List<Thread> startClients(String address, String key) {
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      boolean stream = client % 2 == 0;
      int offset = client;
      clients.add(Thread.ofVirtual().start(() -> {
        for (int i = offset; !over.get(); i++) {
          ask(address, key, QUESTIONS.get(i % QUESTIONS.size()), stream);
        }
      }));
    }
    return clients;
  }

  private void ask(String address, String key, String question, boolean stream) {
    String body = JSON
        .writeValueAsString(Map.of("model", RunningTollgate.MODEL, "temperature", 0, "stream", stream,
            "messages", List.of(Map.of("role", "user", "content", question))));
    try {
      HttpResponse<String> response = http.send(
          HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
              .header("Authorization", "Bearer " + key)
              .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        record(response, stream);
      } else {
        // The backend is on its way back; a client would wait as long as it is told to.
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // The gateway was killed under this request: it was not answered.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void record(HttpResponse<String> response, boolean stream) {
    var id = UUID.fromString(response.headers().firstValue("x-request-id").orElseThrow());
    if (!stream) {
      answered.put(id, cost(JSON.readTree(response.body())));
    } else if (response.body().endsWith("data: [DONE]\n\n")) {
      String last = response.body().lines().filter(line -> line.startsWith("data: {")).toList().getLast();
      answered.put(id, cost(JSON.readTree(last.substring(6))));
    }
  }

  /** What an answer said it cost: its free tokens and its pico-units together tell every answer's bill apart. */
  private static long cost(JsonNode answer) {
    JsonNode bill = answer.path("tollgate");
    return bill.path("free_tokens").longValue()
        + new BigDecimal(bill.path("cost").stringValue()).movePointRight(12).longValueExact();
  }

  private static Map<UUID, Long> billed(RunningTollgate tollgate) throws SQLException, IOException {
    Map<UUID, Long> billed = new ConcurrentHashMap<>();
    try (var connection = tollgate.database();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(
            """
                SELECT request_id, free_tokens + amount_pico FROM billing.usage WHERE outcome <> 'BACKEND_FAILED'""")) {
      while (rows.next()) {
        billed.put(rows.getObject(1, UUID.class), rows.getLong(2));
      }
    }
    return billed;
  }

  private static long leasesOfTheDead(RunningTollgate tollgate) throws SQLException, IOException {
    try (var connection = tollgate.database();
        var statement = connection.createStatement();
        var row = statement.executeQuery("""
            SELECT count(*) FROM billing.lease
            WHERE epoch <> (SELECT max(epoch) FROM billing.instance)""")) {
      row.next();
      return row.getLong(1);
    }
  }
}
