package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineLimits;
import dev.tollgate.inference.engine.EngineProvider;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.ModelDescription;
import dev.tollgate.inference.engine.relay.RelayEngine;
import dev.tollgate.inference.engine.relay.RelaySettings;
import dev.tollgate.inference.engine.tokens.ModelTokens;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Locale;

/** Starts TensorRT-LLM in this process. */
public final class TensorRtEngineProvider implements EngineProvider {

  @Override
  public String engine() {
    return "tensorrt-llm";
  }

  @Override
  public Engine start(String model, EngineConfiguration configuration, EngineLimits limits) {
    TensorRtSettings settings = TensorRtSettings.read(configuration);
    if (!Files.isDirectory(settings.engine())) {
      throw new EngineStartException("there is no folder " + settings.engine()
          + ": set checkpoint to the folder with the model's weights, engine_folder to that of a built engine");
    }
    Clock clock = Clock.systemUTC();
    ModelTokens tokens = ModelTokens.open(settings.checkpoint(), settings.templateVariables(), clock);
    try {
      int context = settings.contextLength() == 0 ? tokens.contextLength() : settings.contextLength();
      if (context == 0) {
        throw configuration.wrong("context_length", "is missing, and the model's files do not say it either");
      }
      TensorLayout layout = settings.layout() == Layout.LLMAPI ? new LlmApiLayout(tokens.endIds())
          : new ExecutorLayout(tokens.endIds(), settings.kvCache().tokensPerBlock(), settings.guides());
      Triton triton = triton(settings);
      ModelDescription description = new ModelDescription(model, "tensorrt-llm",
          "layout " + settings.layout().name().toLowerCase(Locale.ROOT), context, settings.batchSize(),
          settings.parameters(), tokens.rendersTools(), settings.guides(), clock.instant());
      return RelayEngine.start(description, tokens,
          new TensorRtRuntime(triton, layout, settings.kvCache().tokensPerBlock(), tokens.endIds().getFirst(),
              settings.recoveryLimit()),
          layout::check,
          new RelaySettings(settings.batchSize(), settings.runAhead(), settings.resumeLimit(), limits));
    } catch (EngineStartException e) {
      tokens.close();
      throw e;
    }
  }

  private static Triton triton(TensorRtSettings settings) {
    try (ModelRepository repository = ModelRepository.write(settings)) {
      return Triton.start(settings.library(), settings.backends(), repository.folder(),
          ModelRepository.MODEL);
    } catch (TritonException e) {
      String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      String advice = Trouble.in(said).map(Trouble::help)
          .orElse("check checkpoint, parallelism and options against the model and the machine");
      throw new EngineStartException("TensorRT-LLM cannot load the model: " + said + "; " + advice);
    }
  }
}
