package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One command, a real model, real tokens, real money. */
class MainJobTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  static Path folder;

  private static RunningTollgate tollgate;

  @BeforeAll
  static void start() {
    tollgate = RunningTollgate.start(folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    tollgate.close();
  }

  private static OpenAIClient client() {
    return OpenAIOkHttpClient.builder().baseUrl(tollgate.address() + "/v1").apiKey(tollgate.key())
        .maxRetries(0).build();
  }

  private static ChatCompletionCreateParams.Builder question(String text) {
    return ChatCompletionCreateParams.builder().model(RunningTollgate.MODEL).temperature(0)
        .addUserMessage(text);
  }

  @Test
  void thePrintedCurlLineWorksWhenPasted() throws Exception {
    String output = tollgate.output();
    String line = output.substring(output.indexOf("curl "));
    String answer = run(List.of("sh", "-c", line.replaceFirst("curl ", "curl -sS ")));
    JsonNode body = JSON.readTree(answer);
    assertThat(body.at("/choices/0/message/content").stringValue()).isNotBlank();
    assertThat(body.at("/tollgate/currency").stringValue()).isEqualTo("USD");
  }

  @Test
  void theOfficialJavaClientGetsARealAnswer() {
    ChatCompletion answer = client().chat().completions()
        .create(question("What is the capital of Portugal?").build());
    assertThat(answer.choices().getFirst().message().content())
        .contains("The capital of Portugal is Lisbon.");
    assertThat(answer.usage().orElseThrow().completionTokens()).isBetween(5L, 20L);
  }

  @Test
  void theOfficialJavaClientStreams() {
    try (StreamResponse<ChatCompletionChunk> stream = client().chat().completions()
        .createStreaming(question("What is 7 + 8?").build())) {
      var text = new StringBuilder();
      stream.stream().flatMap(chunk -> chunk.choices().stream())
          .forEach(choice -> choice.delta().content().ifPresent(text::append));
      assertThat(text).hasToString("7 + 8 = 15.");
    }
  }

  @Test
  void theSecondTimeThePromptIsFoundInTheCache() {
    var params = question("Explain a mixture of experts in simple terms.").build();
    client().chat().completions().create(params);
    ChatCompletion second = client().chat().completions().create(params);
    long cached = second.usage().orElseThrow().promptTokensDetails().orElseThrow().cachedTokens()
        .orElseThrow();
    assertThat(cached).isPositive().isLessThan(second.usage().orElseThrow().promptTokens());
  }

  @Test
  void jsonModeGivesJson() {
    ChatCompletion answer = client().chat().completions()
        .create(question("Give me the capital of Italy as JSON.")
            .responseFormat(ResponseFormatJsonObject.builder().build()).build());
    assertThat(JSON.readTree(answer.choices().getFirst().message().content().orElseThrow()).isObject())
        .isTrue();
  }

  @Test
  void theOfficialNodeClientWorks() throws Exception {
    Path node = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")))
        .resolve("system-tests/src/test/node");
    run(List.of("npm", "ci", "--prefix", node.toString(), "--no-audit", "--no-fund", "--ignore-scripts"));
    assertThat(run(List.of("node", node.resolve("smoke.mjs").toString(), tollgate.address(), tollgate.key(),
        RunningTollgate.MODEL))).contains("SMOKE OK");
  }

  @Test
  void everySettledTokenIsInTheLedger() throws Exception {
    client().chat().completions().create(question("Tell me a joke.").build());
    assertThat(Books.differences(tollgate)).isEmpty();
  }

  @Test
  void aBackendThatIsKilledIsBackWithinSeconds() {
    ProcessHandle backend = tollgate.child("BackendMain");
    assertThat(backend.destroyForcibly()).isTrue();
    await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(100)).ignoreExceptions()
        .untilAsserted(() -> assertThat(
            client().chat().completions().create(question("Hello!").build()).choices()).isNotEmpty());
  }

  @Test
  void theIdleGatewayIsSmall() throws IOException {
    long kilobytes = Files.readAllLines(Path.of("/proc", Long.toString(tollgate.gateway().pid()), "status"))
        .stream().filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElseThrow();
    System.out.println("gateway resident memory: " + kilobytes / 1024 + " MB");
    assertThat(kilobytes).isLessThan(400 * 1024);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(text).isZero();
      return text;
    }
  }
}
