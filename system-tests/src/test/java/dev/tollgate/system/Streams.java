package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many streams side by side, what their clients see, and what each is billed. */
final class Streams {

  private static final JsonMapper JSON = new JsonMapper();

  private final RunningTollgate tollgate;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger pieces = new AtomicInteger();
  private int first;

  Streams(RunningTollgate tollgate) {
    this.tollgate = tollgate;
  }

  /** What a client saw of a stream. */
  record Seen(UUID id, String text, boolean done, String error, long longestGapMillis) {}

  /** Trouble to make while the streams run. */
  interface Trouble {
    void make() throws Exception;
  }

  /** Pieces of text that have come since the streams were asked for. */
  int pieces() {
    return pieces.get();
  }

  /**
   * Asks once before all else, again and again until it is answered: a gateway that has just started beside its backends may
   * not open a tenant's funds within the quarter of a second that a request waits for them.
   */
  void askFirst(Map<String, Object> body) {
    await().atMost(Duration.ofSeconds(60)).ignoreException(IllegalStateException.class)
        .until(() -> stream(body).done());
    first = 1;
  }

  List<Seen> ask(int count, IntFunction<Map<String, Object>> bodies, Trouble trouble) throws Exception {
    pieces.set(0);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Seen>> streams = IntStream.range(0, count)
          .mapToObj(number -> CompletableFuture.supplyAsync(() -> stream(bodies.apply(number)), clients))
          .toList();
      trouble.make();
      return streams.stream().map(CompletableFuture::join).toList();
    }
  }

  private Seen stream(Map<String, Object> body) {
    var request = HttpRequest.newBuilder(URI.create(tollgate.address() + "/v1/chat/completions"))
        .header("Authorization", "Bearer " + tollgate.key()).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build();
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

  /** Whether those that met with trouble are whole, say the same and are billed the same as those that met with none. */
  void judge(List<Seen> undisturbed, List<Seen> disturbed) throws SQLException, IOException {
    Map<UUID, String> bills = bills();
    assertThat(disturbed).allSatisfy(seen -> {
      assertThat(seen.error()).isEmpty();
      assertThat(seen.done()).isTrue();
    });
    assertThat(disturbed.stream().map(Seen::text)).isEqualTo(undisturbed.stream().map(Seen::text).toList());
    assertThat(disturbed.stream().map(seen -> bills.get(seen.id())))
        .isEqualTo(undisturbed.stream().map(seen -> bills.get(seen.id())).toList());
    assertThat(bills).hasSize(first + 2 * disturbed.size());
    String log = tollgate.output();
    long resumed = log.lines().filter(line -> line.contains("goes on at backend")).count();
    System.out.printf(
        "unbroken streams: %d streams, %d went on elsewhere, longest pause a client saw %d ms (undisturbed %d ms)%n",
        disturbed.size(), resumed, disturbed.stream().mapToLong(Seen::longestGapMillis).max().orElseThrow(),
        undisturbed.stream().mapToLong(Seen::longestGapMillis).max().orElseThrow());
    assertThat(resumed).isPositive();
    assertThat(disturbed).allSatisfy(seen -> assertThat(seen.longestGapMillis()).isLessThan(15_000));
    assertThat(Books.differences(tollgate)).isEmpty();
  }

  /** What each request was billed. Free tokens pay for it, to which it is all one whether a prompt was cached. */
  private Map<UUID, String> bills() throws SQLException, IOException {
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
