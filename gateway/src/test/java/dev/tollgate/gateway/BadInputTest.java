package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/** Every kind of bad input: a clear 4xx in the API's envelope, nothing billed, nothing leaked. */
class BadInputTest extends GatewayTest {

  private static final String M = "\"model\":\"stand-in\"";
  private static final String MSG = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      malformed JSON              | {"model":                                             | 400 |                         | not valid JSON
      trailing garbage            | {} x                                                  | 400 |                         | not valid JSON
      not an object               | [1]                                                   | 400 |                         | must be a JSON object
      no model                    | {MSG}                                                 | 400 | model                   | non-empty string
      model of a wrong type       | {"model":7,MSG}                                       | 400 | model                   | expected a string, but got an integer
      unknown model               | {"model":"gpt-9",MSG}                                 | 404 | model                   | does not exist
      no messages                 | {M}                                                   | 400 | messages                | at least one message
      empty messages              | {M,"messages":[]}                                     | 400 | messages                | at least one message
      messages as an object       | {M,"messages":{}}                                     | 400 | messages                | expected an array, but got an object
      message as a string         | {M,"messages":["hi"]}                                 | 400 | messages[0]             | expected an object, but got a string
      unknown role                | {M,"messages":[{"role":"king","content":"x"}]}        | 400 | messages[0].role        | must be one of
      no content                  | {M,"messages":[{"role":"user"}]}                      | 400 | messages[0].content     | a string or an array
      content as a number         | {M,"messages":[{"role":"user","content":3}]}          | 400 | messages[0].content     | expected an array, but got an integer
      image part                  | {M,"messages":[{"role":"user","content":[{"type":"image_url"}]}]} | 400 | messages[0].content[0].type | only 'text'
      half a surrogate pair       | {M,"messages":[{"role":"user","content":"\\ud800"}]}  | 400 | messages[0].content     | surrogate
      max_tokens as a string      | {M,MSG,"max_tokens":"5"}                              | 400 | max_tokens              | expected an integer, but got a string
      max_tokens of 1.5           | {M,MSG,"max_tokens":1.5}                              | 400 | max_tokens              | expected an integer
      max_tokens of zero          | {M,MSG,"max_tokens":0}                                | 400 | max_tokens              | must be between 1
      negative max_tokens         | {M,MSG,"max_tokens":-3}                               | 400 | max_tokens              | must be between 1
      absurd max_tokens           | {M,MSG,"max_tokens":99999999999999999999}             | 400 | max_tokens              | must be between 1
      max_tokens over the context | {M,MSG,"max_completion_tokens":100001}                | 400 | max_tokens              | holds 100000 tokens
      temperature too high        | {M,MSG,"temperature":3}                               | 400 | temperature             | between 0 and 2
      temperature as a string     | {M,MSG,"temperature":"hot"}                           | 400 | temperature             | expected a number
      n of zero                   | {M,MSG,"n":0}                                         | 400 | n                       | between 1 and 16
      n too large                 | {M,MSG,"n":17}                                        | 400 | n                       | between 1 and 16
      stream as a number          | {M,MSG,"stream":1}                                    | 400 | stream                  | expected a boolean
      options without a stream    | {M,MSG,"stream_options":{"include_usage":true}}       | 400 | stream_options          | 'stream': true
      too many stops              | {M,MSG,"stop":["a","b","c","d","e"]}                  | 400 | stop                    | at most 4
      empty stop                  | {M,MSG,"stop":""}                                     | 400 | stop                    | 1 to 256
      logit bias for a word       | {M,MSG,"logit_bias":{"cat":1}}                        | 400 | logit_bias              | token ids
      logprobs                    | {M,MSG,"logprobs":true}                               | 400 | logprobs                | not supported
      unknown format              | {M,MSG,"response_format":{"type":"xml"}}              | 400 | response_format.type    | must be text
      schema without a schema     | {M,MSG,"response_format":{"type":"json_schema"}}      | 400 | response_format.json_schema.schema | JSON schema
      """)
  void aBadBodyIsRefusedByNameAndNothingIsBilled(String what, String body, int status, String param,
      String message)
      throws Exception {
    Account account = account(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        body.replace("MSG", MSG).replace("{M", "{" + M));
    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertThat(error.path("message").stringValue()).contains(message);
    assertThat(error.path("type").stringValue()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").isNull() ? null : error.path("param").stringValue()).isEqualTo(param);
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
    assertThat(usage(account)).isEmpty();
  }

  @Test
  void invalidUtf8IsRefused() throws Exception {
    Account account = account(USD);
    byte[] body = ("{" + M + "," + MSG + "}").replace("hi", "h\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    HttpResponse<String> response = HTTP.send(HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + account.secret())
        .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("not valid JSON");
  }

  @Test
  void aPromptOverTheContextIsRefusedWithTheNumbers() throws Exception {
    Account account = account(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        chatBody("x ".repeat(100_000)));
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertThat(error.path("code").stringValue()).isEqualTo("context_length_exceeded");
    assertThat(error.path("message").stringValue()).contains("100000 tokens");
    assertThat(usage(account)).isEmpty();
  }

  @Test
  void aBodyOverTheLimitIsRefused() throws Exception {
    Account account = account(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions", "x".repeat((4 << 20) + 1));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("request_too_large");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
      no header         |                              | missing_api_key
      not bearer        | Basic dXNlcjpwYXNz           | missing_api_key
      empty             | Bearer                       | missing_api_key
      not a key of ours | Bearer sk-abc                | invalid_api_key
      huge              | Bearer xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | invalid_api_key
      """)
  void withoutAGoodKeyTheAnswerIs401(String what, String header, String code) throws Exception {
    var request = HttpRequest.newBuilder(uri("/v1/models"));
    if (header != null) {
      request.header("Authorization", header);
    }
    HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(JSON.readTree(response.body()).at("/error/code").stringValue()).isEqualTo(code);
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @Test
  void garbledExpiredAndRevokedKeysAreToldApart() throws Exception {
    Account account = account(USD);
    char last = account.secret().charAt(account.secret().length() - 1);
    String garbled = account.secret().substring(0, account.secret().length() - 1) + (last == 'a' ? 'b' : 'a');
    assertThat(get(garbled, "/v1/models").body()).contains("garbled");
    ApiKeys.Issued expired = keys.issue(account.tenant(), account.project().id(), "old",
        EnumSet.allOf(Scope.class),
        Instant.now().plusMillis(300));
    await().atMost(Duration.ofSeconds(3))
        .untilAsserted(
            () -> assertThat(get(expired.secret(), "/v1/models").body()).contains("expired_api_key"));
    keys.revoke(account.tenant(), account.key());
    assertThat(get(account.secret(), "/v1/models").body()).contains("revoked_api_key");
  }

  @Test
  void aKeyWithoutTheScopeIsRefusedWith403() throws Exception {
    Account account = account(USD);
    ApiKeys.Issued narrow = keys.issue(account.tenant(), account.project().id(), "narrow",
        EnumSet.of(Scope.MODELS), null);
    HttpResponse<String> response = post(narrow.secret(), "/v1/chat/completions", chatBody("hello"));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("insufficient_scope");
  }

  @Test
  void unknownAddressesAndMethodsAnswerInTheEnvelope() throws Exception {
    Account account = account(USD);
    assertThat(get(account.secret(), "/v1/nothing")).satisfies(response -> {
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).contains("unknown_url");
    });
    assertThat(get(account.secret(), "/v1/chat/completions")).satisfies(response -> {
      assertThat(response.statusCode()).isEqualTo(405);
      assertThat(response.headers().firstValue("Allow")).contains("POST");
    });
    HttpResponse<String> outside = HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/admin")).build(),
        HttpResponse.BodyHandlers.ofString());
    assertThat(outside.statusCode()).isEqualTo(404);
    assertThat(outside.body()).contains("unknown_url").doesNotContain("Exception");
  }

  @Test
  void aFormIsRefusedByItsType() throws Exception {
    Account account = account(USD);
    HttpResponse<String> response = HTTP.send(HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + account.secret())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString("model=x")).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE.value());
  }

  @Test
  void aBodyThatStopsArrivingIsRefusedWith408() throws Exception {
    Account account = account(USD);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      send(socket, head(account, 1000) + "{\"model\":");
      assertThat(statusLine(socket)).contains(" 408");
    }
  }

  @Test
  void aBodyThatTricklesIsRefusedWith408AfterTheLimitForTheWhole() throws Exception {
    Account account = account(USD);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      send(socket, head(account, 1000));
      var trickle = Thread.ofVirtual().start(() -> trickle(socket));
      assertThat(statusLine(socket)).contains(" 408");
      trickle.interrupt();
    }
  }

  private static void trickle(Socket socket) {
    try {
      for (int i = 0; i < 100; i++) {
        send(socket, " ");
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException e) {
      // The gateway has had enough, which is what the test waits for.
    }
  }

  private static String head(Account account, int length) {
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
        + account.secret() + "\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static String statusLine(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    InputStream in = socket.getInputStream();
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }
}
