package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Goes through a start and a request of every kind, and ends. The build runs it to make the JVM's start-up caches, which
 * hold what was loaded by then: without the requests a user's first one would pay for loading their classes.
 */
final class Rehearsal implements ApplicationListener<ApplicationReadyEvent> {

  private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DemoTenant demo;
  private final DemoFunding funding;
  private final Welcome.BackendReadiness backend;
  private final String model;

  Rehearsal(DemoTenant demo, DemoFunding funding, Welcome.BackendReadiness backend, String model) {
    this.demo = demo;
    this.funding = funding;
    this.backend = backend;
    this.model = model;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    var context = event.getApplicationContext();
    String address = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    // Not on this thread: the context closes only when the event has been handled.
    Thread.ofPlatform().name("rehearsal").start(() -> {
      boolean played = play(address);
      System.exit(SpringApplication.exit(context, () -> played ? 0 : 1));
    });
  }

  private boolean play(String address) {
    try (var http = HttpClient.newHttpClient()) {
      funding.give(demo.establish());
      String key = demo.issueKey();
      return backend.awaitUp(PATIENCE.toMillis()) && ask(http, address, key, false)
          && ask(http, address, key, true);
    } catch (IOException | RuntimeException e) {
      log.error("The rehearsal failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private boolean ask(HttpClient http, String address, String key, boolean stream)
      throws IOException, InterruptedException {
    String body = """
        {"model": "%s", "stream": %s, "messages": [{"role": "user", "content": "Say hello."}]}"""
        .formatted(model, stream);
    HttpResponse<String> answer = http
        .send(HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      log.error("The rehearsal was answered {}: {}", answer.statusCode(), answer.body());
    }
    return answer.statusCode() == 200;
  }
}
