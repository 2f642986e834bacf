package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** Writes configuration files and starts remote engines from them. */
final class Remote {

  private final Path folder;
  private final JsonObject settings = new JsonObject();

  Remote(Path folder, int port) {
    this.folder = folder;
    with("engine", "remote").with("url", "http://127.0.0.1:" + port + "/v1").with("server", "vllm")
        .with("model", "demo").with("tokenizer", DemoModel.FOLDER.toString()).with("context_length", 512);
  }

  Remote with(String name, Object value) {
    switch (value) {
      case Number number -> settings.addProperty(name, number);
      case Boolean flag -> settings.addProperty(name, flag);
      default -> settings.addProperty(name, value.toString());
    }
    return this;
  }

  Engine start(int queue) {
    return start(queue, Map.of());
  }

  Engine start(int queue, Map<String, String> environment) {
    return new RemoteEngineProvider().start("demo", EngineConfiguration.read(write(), environment),
        new EngineLimits(queue, Duration.ofMillis(700), Duration.ofSeconds(5)));
  }

  private Path write() {
    try {
      return Files.writeString(folder.resolve(UUID.randomUUID() + ".json"), settings.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
