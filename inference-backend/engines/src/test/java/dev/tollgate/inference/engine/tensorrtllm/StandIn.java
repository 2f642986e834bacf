package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineLimits;
import dev.tollgate.inference.engine.remote.DemoModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Our own libtritonserver.so, built with the system's compiler, and engines on it; or, by the profile {@code triton}, a real
 * one, under which our model.py runs on a stand-in for TensorRT-LLM.
 */
final class StandIn {

  static final String GUIDED_DECODING_INFO = "xgrammar_tokenizer_info.json";
  private static final Path SOURCE = Path.of("..", "native", "standin", "tritonserver_standin.cpp");
  private static final Path FOLDER = Path.of("target", "standin");
  private static final @Nullable String REAL = System.getProperty("tollgate.triton.library");

  private StandIn() {}

  static boolean isReal() {
    return REAL != null;
  }

  /** The library; tests are skipped where there is no compiler. */
  static synchronized Path library(String... flags) {
    if (REAL != null) {
      assertThat(Path.of(REAL)).as("Triton's library, named by -Dtriton.library").isRegularFile();
      return Path.of(REAL).toAbsolutePath();
    }
    Path library = FOLDER.resolve(flags.length == 0 ? "plain" : "checked").resolve("libtritonserver.so");
    try {
      if (!Files.exists(library)
          || Files.getLastModifiedTime(library).toMillis() < lastChange()) {
        Files.createDirectories(library.getParent());
        assumeTrue(finds("g++"),
            "the tests of the TensorRT-LLM engine need g++ to build the stand-in of its library");
        List<String> command = new ArrayList<>(
            List.of("g++", "-std=c++17", "-O1", "-g", "-Wall", "-Wextra", "-Werror",
                "-shared", "-fPIC", "-pthread", "-Wl,-soname,libtritonserver.so", "-o", library.toString(),
                SOURCE.toString()));
        command.addAll(List.of(flags));
        Process compiler = new ProcessBuilder(command).inheritIO().start();
        assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).as("the compiler ends").isTrue();
        assertThat(compiler.exitValue()).as("the compiler's exit code").isZero();
      }
      return library.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long lastChange() throws IOException {
    try (Stream<Path> sources = Files.list(SOURCE.resolveSibling("."))) {
      return sources.mapToLong(source -> source.toFile().lastModified()).max().orElseThrow();
    }
  }

  static boolean finds(String program) {
    return List.of(System.getenv("PATH").split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** A folder like that of a built engine, with the tokenizer's information for guided decoding. */
  static Path engine(String told) {
    try {
      Path engine = Files.createDirectories(FOLDER.resolve("engine-" + UUID.randomUUID())).toAbsolutePath();
      Files.writeString(engine.resolve(GUIDED_DECODING_INFO), "{}");
      Files.writeString(engine.resolve("standin.json"), told);
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a configuration; more settings are given as JSON. */
  static Path configuration(Path library, String more) {
    try {
      JsonObject settings = JsonParser.parseString(more).getAsJsonObject();
      settings.addProperty("engine", "tensorrt-llm");
      settings.addProperty("library", library.toString());
      if (!settings.has("checkpoint")) {
        settings.addProperty("checkpoint", DemoModel.FOLDER.toString());
      }
      if (!settings.has("context_length")) {
        settings.addProperty("context_length", 512);
      }
      Files.createDirectories(FOLDER);
      return Files.writeString(FOLDER.resolve(UUID.randomUUID() + ".json"), settings.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Engine start(int queue, String more) {
    return new TensorRtEngineProvider().start("demo",
        EngineConfiguration.read(configuration(library(), more), Map.of()),
        new EngineLimits(queue, Duration.ofMillis(700), Duration.ofSeconds(5)));
  }
}
