package dev.tollgate.system.chaos;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One gateway as it is deployed: a process of its own on a database and a backend that others share. */
final class GatewayProcess implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(3);
  private static final int TAIL = 60;

  private final int number;
  private final int port;
  private final List<String> command;
  private final Path folder;
  private final HttpClient http;
  private volatile Process process;
  private volatile boolean up;

  /** Starts one; {@link #awaitUp} tells when it answers. */
  GatewayProcess(int number, int port, List<String> command, Path folder, HttpClient http) {
    this.number = number;
    this.port = port;
    this.command = command;
    this.folder = folder;
    this.http = http;
    this.process = launch();
    // Nobody else would end it if the tests were cut off.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  private Process launch() {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitUp() {
    await().atMost(START).pollInterval(Duration.ofMillis(100)).until(() -> !process.isAlive() || isHealthy());
    if (!process.isAlive()) {
      throw new IllegalStateException("Gateway " + number + " ended at its start; see " + log());
    }
    up = true;
  }

  private boolean isHealthy() throws InterruptedException {
    try {
      return http
          .send(HttpRequest.newBuilder(uri("/actuator/health/readiness")).timeout(Duration.ofSeconds(5))
              .build(), HttpResponse.BodyHandlers.discarding())
          .statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it as SIGKILL does, whatever it is doing. */
  void kill() throws InterruptedException {
    up = false;
    process.destroyForcibly().waitFor();
  }

  /** Starts it again on the same port and folder, and waits until it answers. */
  void restart() {
    process = launch();
    awaitUp();
  }

  boolean isUp() {
    return up;
  }

  int number() {
    return number;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private Path log() {
    return folder.resolve("gateway-" + number + ".log");
  }

  /** Whether it was so slow at some time that the others took its leases back. */
  boolean wasTakenForDead() throws IOException {
    return Files.readString(log()).contains("was taken for dead");
  }

  /** The last lines of its log. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return "--- gateway " + number + ":\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    } catch (IOException e) {
      return "--- gateway " + number + ": " + e;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
