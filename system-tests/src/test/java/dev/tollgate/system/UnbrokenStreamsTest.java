package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of three CPU backends is killed under 64 streams: every stream is whole, and none costs more than without that. Runs
 * with {@code -Dtollgate.unbroken=true} only: five processes on two cores take it three quarters of a minute.
 */
@EnabledIfSystemProperty(named = "tollgate.unbroken", matches = "true")
class UnbrokenStreamsTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int STREAMS = 64;
  private static final int TOKENS = 160;
  private static final List<String> QUESTIONS = List.of("Tell me a story about a cat.", "What is a token?",
      "Why is the sky blue?", "Tell me a joke.", "What is 7 + 8?", "Explain what a gateway does.",
      "What is the capital of Portugal?", "Hello!");

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger pieces = new AtomicInteger();

  @TempDir
  Path folder;

  /** What a client saw of a stream. */
  private record Seen(UUID id, String text, boolean done, String error, long longestGapMillis) {}

  @Test
  void killingABackendBreaksNoStreamChangesNoAnswerAndCostsNothing() throws Exception {
    var backends = new ArrayList<CpuBackend>();
    try {
      for (int number = 0; number < 3; number++) {
        backends.add(CpuBackend.start(folder, number));
      }
      String addresses = String.join(",", backends.stream().map(CpuBackend::address).toList());
      try (var tollgate = RunningTollgate.start(folder.resolve("data"),
          "--tollgate.backend.addresses=" + addresses,
          // Three backends, a gateway and a database share the cores of one machine here.
          "--tollgate.requests.prepare-timeout=60s", "--tollgate.requests.silence-timeout=30s")) {
        List<Seen> undisturbed = ask(tollgate, () -> {});
        List<Seen> disturbed = ask(tollgate, () -> {
          await().atMost(Duration.ofSeconds(30)).until(() -> pieces.get() > 3 * STREAMS);
          backends.getFirst().kill();
        });
        judge(tollgate, undisturbed, disturbed);
      }
    } finally {
      for (CpuBackend backend : backends) {
        backend.close();
      }
    }
  }

  /** Trouble to make while the streams run. */
  private interface Trouble {
    void make() throws Exception;
  }

  private List<Seen> ask(RunningTollgate tollgate, Trouble trouble) throws Exception {
    pieces.set(0);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Seen>> streams = IntStream.range(0, STREAMS)
          .mapToObj(number -> CompletableFuture.supplyAsync(() -> stream(tollgate, number), clients))
          .toList();
      trouble.make();
      return streams.stream().map(CompletableFuture::join).toList();
    }
  }

  private Seen stream(RunningTollgate tollgate, int number) {
    // Without its end token (1) the model goes on to the limit, so that all streams are long.
    String body = JSON.writeValueAsString(Map.of("model", RunningTollgate.MODEL, "temperature", 0, "stream",
        true, "max_tokens", TOKENS, "logit_bias", Map.of("1", -100), "messages",
        List.of(Map.of("role", "user", "content",
            "No. " + number + ": " + QUESTIONS.get(number % QUESTIONS.size())))));
    var request = HttpRequest.newBuilder(URI.create(tollgate.address() + "/v1/chat/completions"))
        .header("Authorization", "Bearer " + tollgate.key()).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    try {
      HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(response.body().toList() + "\n" + tollgate.output());
      }
      return read(UUID.fromString(response.headers().firstValue("x-request-id").orElseThrow()),
          response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Seen read(UUID id, Stream<String> lines) {
    var text = new StringBuilder();
    var error = new StringBuilder();
    var done = new AtomicInteger();
    var last = new AtomicLong(System.nanoTime());
    var gap = new AtomicLong();
    lines.filter(line -> line.startsWith("data: ")).forEach(line -> {
      long now = System.nanoTime();
      gap.accumulateAndGet(now - last.getAndSet(now), Math::max);
      if (line.equals("data: [DONE]")) {
        done.incrementAndGet();
        return;
      }
      JsonNode chunk = JSON.readTree(line.substring(6));
      error.append(chunk.at("/error/message").stringValue(""));
      String piece = chunk.at("/choices/0/delta/content").stringValue("");
      text.append(piece);
      if (!piece.isEmpty()) {
        pieces.incrementAndGet();
      }
    });
    return new Seen(id, text.toString(), done.get() == 1, error.toString(), gap.get() / 1_000_000);
  }

  private static void judge(RunningTollgate tollgate, List<Seen> undisturbed, List<Seen> disturbed)
      throws SQLException, IOException {
    assertThat(disturbed).allSatisfy(seen -> {
      assertThat(seen.error()).isEmpty();
      assertThat(seen.done()).isTrue();
    });
    assertThat(disturbed.stream().map(Seen::text)).isEqualTo(undisturbed.stream().map(Seen::text).toList());
    Map<UUID, String> bills = bills(tollgate);
    assertThat(disturbed.stream().map(seen -> bills.get(seen.id())))
        .isEqualTo(undisturbed.stream().map(seen -> bills.get(seen.id())).toList());
    assertThat(bills).hasSize(2 * STREAMS);
    String log = tollgate.output();
    long resumed = log.lines().filter(line -> line.contains("goes on at backend")).count();
    System.out.printf(
        "unbroken streams: %d streams, %d went on elsewhere, longest pause a client saw %d ms (undisturbed %d ms)%n",
        STREAMS, resumed, disturbed.stream().mapToLong(Seen::longestGapMillis).max().orElseThrow(),
        undisturbed.stream().mapToLong(Seen::longestGapMillis).max().orElseThrow());
    assertThat(resumed).isPositive();
    assertThat(disturbed).allSatisfy(seen -> assertThat(seen.longestGapMillis()).isLessThan(15_000));
    assertThat(Books.differences(tollgate)).isEmpty();
  }

  /** What each request was billed. Free tokens pay for it, to which it is all one whether a prompt was cached. */
  private static Map<UUID, String> bills(RunningTollgate tollgate) throws SQLException, IOException {
    Map<UUID, String> bills = new TreeMap<>();
    try (var connection = tollgate.database();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(
            """
                SELECT request_id, concat_ws(' ', outcome, input_tokens + cached_input_tokens, output_tokens, free_tokens,
                  amount_pico)
                FROM billing.usage""")) {
      while (rows.next()) {
        bills.put(rows.getObject(1, UUID.class), rows.getString(2));
      }
    }
    return bills;
  }
}
