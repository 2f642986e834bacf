package dev.tollgate.system.chaos;

import dev.tollgate.system.chaos.Asked.Bill;
import dev.tollgate.system.chaos.Asked.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends one request and keeps what came of it. */
final class Client {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private final HttpClient http;
  private final Question question;
  private final GatewayProcess gateway;
  private @Nullable UUID id;
  private int received;

  private Client(HttpClient http, Question question, GatewayProcess gateway) {
    this.http = http;
    this.question = question;
    this.gateway = gateway;
  }

  static Asked ask(HttpClient http, Question question, GatewayProcess gateway) throws InterruptedException {
    var client = new Client(http, question, gateway);
    long sentAt = System.nanoTime();
    Ending ending = client.ask();
    return new Asked(question, gateway.number(), sentAt, System.nanoTime(), client.id, client.received,
        ending);
  }

  private Ending ask() throws InterruptedException {
    var request = HttpRequest.newBuilder(gateway.uri("/v1/chat/completions")).timeout(LONGEST)
        .header("Authorization", "Bearer " + question.customer().secret())
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(question.body())).build();
    try {
      return question.stream() ? stream(request) : whole(request);
    } catch (IOException e) {
      return new Ending.CutOff(e.toString());
    }
  }

  private Ending whole(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request,
        HttpResponse.BodyHandlers.ofString());
    try {
      HttpResponse<String> response = question.leaveAfter() < 0
          ? answer.get()
          : answer.get(question.leaveAfter(), TimeUnit.MILLISECONDS);
      id = id(response);
      JsonNode body = JSON.readTree(response.body());
      if (response.statusCode() != 200) {
        return refused(response.statusCode(), body);
      }
      Bill bill = bill(body);
      received = Math.toIntExact(bill.outputTokens());
      return new Ending.Answered(bill);
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Ending.Left();
    } catch (ExecutionException e) {
      return new Ending.CutOff(String.valueOf(e.getCause()));
    }
  }

  private Ending stream(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    id = id(response);
    try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        return refused(response.statusCode(), JSON.readTree(lines));
      }
      Bill bill = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("data: [DONE]") && bill != null) {
          return new Ending.Answered(bill);
        }
        if (line.startsWith("data: {")) {
          JsonNode event = JSON.readTree(line.substring(6));
          if (event.has("error")) {
            return new Ending.Failed(event.at("/error/code").asString("?"));
          }
          bill = event.has("tollgate") ? bill(event) : bill;
          received += words(event.at("/choices/0/delta/content").asString(""));
        }
        if (question.leaveAfter() >= 0 && received >= question.leaveAfter()) {
          return new Ending.Left();
        }
      }
      return new Ending.CutOff("the stream ended without its end");
    }
  }

  private static int words(String text) {
    String words = text.strip();
    return words.isEmpty() ? 0 : words.split("\\s+", -1).length;
  }

  private static Ending refused(int status, JsonNode body) {
    return new Ending.Refused(status, body.at("/error/code").asString("?"));
  }

  private static UUID id(HttpResponse<?> response) {
    return UUID.fromString(response.headers().firstValue("x-request-id").orElseThrow());
  }

  private static Bill bill(JsonNode answer) {
    JsonNode usage = answer.path("usage");
    JsonNode bill = answer.path("tollgate");
    return new Bill(usage.path("prompt_tokens").longValue(), usage.path("completion_tokens").longValue(),
        new BigDecimal(bill.path("cost").stringValue()).movePointRight(12).longValueExact(),
        bill.path("free_tokens").longValue(),
        bill.path("pack_tokens").decimalValue().movePointRight(3).longValueExact(),
        bill.path("stopped_by").stringValue(null));
  }
}
