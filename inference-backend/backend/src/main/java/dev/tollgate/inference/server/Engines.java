package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineLimits;
import dev.tollgate.inference.engine.EngineProvider;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.cpu.CpuEngine;
import dev.tollgate.inference.engine.cpu.LlamaLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts an engine for each model: a model file runs on the processor, a configuration file names its engine. */
final class Engines {

  private static final Logger log = LoggerFactory.getLogger(Engines.class);

  private final BackendOptions options;
  private final Map<String, String> environment;
  private @Nullable LlamaLibrary library;

  Engines(BackendOptions options, Map<String, String> environment) {
    this.options = options;
    this.environment = environment;
  }

  static boolean isConfiguration(Path path) {
    return path.toString().endsWith(".json");
  }

  List<Engine> start() {
    List<Engine> engines = new ArrayList<>();
    options.models().forEach((name, path) -> {
      engines.add(isConfiguration(path) ? configured(name, path) : onTheProcessor(name, path));
      log.info("model {} is loaded: {}", name, engines.getLast().model());
    });
    return engines;
  }

  private Engine onTheProcessor(String name, Path path) {
    if (library == null) {
      library = LlamaLibrary.open(options.nativeDirectory());
    }
    return CpuEngine.start(library, name, path, options.settings());
  }

  private Engine configured(String name, Path path) {
    EngineConfiguration configuration = EngineConfiguration.read(path, environment);
    String engine = configuration.text("engine");
    List<String> known = new ArrayList<>();
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.engine().equals(engine)) {
        return provider.start(name, configuration, new EngineLimits(options.settings().queueLimit(),
            options.settings().pauseLimit(), options.settings().stallLimit()));
      }
      known.add(provider.engine());
    }
    throw new EngineStartException("the configuration file " + path + " names the engine " + engine + "; "
        + (known.isEmpty() ? "this installation has none but the CPU's: start from inference-backend/engines"
            : "this installation has " + String.join(", ", known)));
  }
}
