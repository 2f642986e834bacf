package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.system.Streams.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of two backends is killed in the middle of JSON objects, on engines that begin a format anew with every run: every
 * object is whole, and none costs more than without that. Runs with {@code -Dtollgate.unbroken=true} only; needs g++.
 */
@EnabledIfSystemProperty(named = "tollgate.unbroken", matches = "true")
class FormattedStreamsTest {

  private static final int STREAMS = 16;
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"remote", "tensorrt-llm"})
  void killingABackendBreaksNoObjectChangesNoneAndCostsNothing(String engine) throws Exception {
    var backends = new ArrayList<BackendProcess>();
    try (var model = new ScriptedModel()) {
      Path configuration = engine.equals("remote") ? model.remote(folder)
          : model.tensorRtLlm(folder, library());
      backends.add(BackendProcess.configured(folder, 1, configuration));
      backends.add(BackendProcess.configured(folder, 2, configuration));
      String addresses = String.join(",", backends.stream().map(BackendProcess::address).toList());
      try (var tollgate = RunningTollgate.start(folder.resolve("data"),
          "--tollgate.backend.addresses=" + addresses, "--tollgate.requests.silence-timeout=30s")) {
        var streams = new Streams(tollgate);
        streams.askFirst(body(0));
        List<Seen> undisturbed = streams.ask(STREAMS, FormattedStreamsTest::body, () -> {});
        List<Seen> disturbed = streams.ask(STREAMS, FormattedStreamsTest::body, () -> {
          await().atMost(Duration.ofSeconds(30)).until(() -> streams.pieces() > 30 * STREAMS);
          backends.getFirst().kill();
        });
        streams.judge(undisturbed, disturbed);
        assertThat(disturbed).allSatisfy(seen -> {
          JsonNode object = JSON.readTree(seen.text());
          assertThat(object.path("numbers").size()).isEqualTo(60);
        });
      }
    } finally {
      backends.forEach(BackendProcess::close);
    }
  }

  private static Map<String, Object> body(int number) {
    return Map.of("model", RunningTollgate.MODEL, "stream", true, "seed", number, "response_format",
        Map.of("type", "json_object"), "messages",
        List.of(Map.of("role", "user", "content", "Object " + number)));
  }

  /** The stand-in of Triton's library, built with the system's compiler. */
  private Path library() throws IOException, InterruptedException {
    Path source = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")))
        .resolve("inference-backend/native/standin/tritonserver_standin.cpp");
    Path library = Files.createDirectories(folder.resolve("standin")).resolve("libtritonserver.so");
    Process compiler = new ProcessBuilder("g++", "-std=c++17", "-O1", "-shared", "-fPIC", "-pthread",
        "-Wl,-soname,libtritonserver.so", "-o", library.toString(), source.toString()).inheritIO().start();
    assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(compiler.exitValue()).isZero();
    return library;
  }
}
