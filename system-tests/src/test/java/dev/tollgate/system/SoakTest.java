package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients ask, stream, leave and ask again for as long as {@code -Dtollgate.soak=PT10M} says; neither the gateway nor its
 * backend may have grown by the end, in memory, threads or open files.
 */
@EnabledIfSystemProperty(named = "tollgate.soak", matches = "PT.+")
class SoakTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int CLIENTS = 16;
  private static final int SAMPLES = 40;

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong left = new AtomicLong();

  @TempDir
  Path folder;

  /** What one process holds at one time. */
  private record Sample(long kilobytes, long threads, long files) {

    static Sample of(long pid) throws IOException {
      List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
      try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
        return new Sample(number(status, "VmRSS:"), number(status, "Threads:"), files.count());
      }
    }

    private static long number(List<String> status, String name) {
      String line = status.stream().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }

  @Test
  void nothingGrows() throws Exception {
    Duration length = Duration.parse(System.getProperty("tollgate.soak"));
    try (var stays = BackendProcess.cpu(folder, 0);
        var tollgate = RunningTollgate.start(folder.resolve("data"),
            "--tollgate.embedded.demo-balance=1000000",
            "--tollgate.backend.addresses=" + stays.address())) {
      List<Thread> clients = startClients(tollgate);
      List<Sample> gateway = new ArrayList<>();
      List<Sample> backend = new ArrayList<>();
      // The first third is the JVM's own growing up.
      Thread.sleep(length.dividedBy(3));
      for (int i = 0; i < SAMPLES; i++) {
        gateway.add(Sample.of(tollgate.gateway().pid()));
        backend.add(Sample.of(stays.pid()));
        Thread.sleep(length.multipliedBy(2).dividedBy(3L * SAMPLES));
      }
      over.set(true);
      for (Thread client : clients) {
        client.join();
      }
      System.out.printf("soak: %s, %d answers, %d clients left early%n", length, answered.get(), left.get());
      hasNotGrown("gateway", gateway);
      hasNotGrown("backend", backend);
      assertThat(Books.differences(tollgate)).isEmpty();
    }
  }

  private static void hasNotGrown(String process, List<Sample> samples) {
    compare(process + " resident kB", samples, Sample::kilobytes, 10_000);
    compare(process + " threads", samples, Sample::threads, 3);
    compare(process + " open files", samples, Sample::files, 5);
  }

  /** The median of the last quarter against that of the first: up to a twentieth and a little is chance. */
  private static void compare(String what, List<Sample> samples, ToLongFunction<Sample> figure, long chance) {
    long[] figures = samples.stream().mapToLong(figure).toArray();
    long first = median(figures, 0, SAMPLES / 4);
    long last = median(figures, SAMPLES * 3 / 4, SAMPLES);
    System.out.printf("soak: %s: %d, at the end %d%n", what, first, last);
    assertThat(last).as(what).isLessThanOrEqualTo(first + first / 20 + chance);
  }

  private static long median(long[] figures, int from, int to) {
    long[] part = Arrays.copyOfRange(figures, from, to);
    Arrays.sort(part);
    return part[part.length / 2];
  }

  private List<Thread> startClients(RunningTollgate tollgate) {
    List<Thread> clients = new ArrayList<>();
    String key = tollgate.key();
    for (int number = 0; number < CLIENTS; number++) {
      var random = new Random(number);
      clients.add(Thread.ofVirtual().start(() -> {
        while (!over.get()) {
          ask(tollgate.address(), key, random);
        }
      }));
    }
    return clients;
  }

  private void ask(String address, String key, Random random) {
    boolean stream = random.nextBoolean();
    String body = JSON
        .writeValueAsString(Map.of("model", RunningTollgate.MODEL, "stream", stream, "max_tokens",
            1 + random.nextInt(60), "messages",
            List.of(Map.of("role", "user", "content", "Tell me number " + random.nextInt(1000) + "."))));
    var request = HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
        .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    try {
      HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (stream && random.nextInt(4) == 0) {
          left.addAndGet(lines.limit(3).count() > 0 ? 1 : 0);
        } else if (response.statusCode() == 200 && lines.count() > 0) {
          answered.incrementAndGet();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("The gateway did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
