package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineLimits;
import dev.tollgate.inference.engine.EngineProvider;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.ModelDescription;
import dev.tollgate.inference.engine.relay.RelayEngine;
import dev.tollgate.inference.engine.relay.RelaySettings;
import dev.tollgate.inference.engine.tokens.ModelTokens;
import java.time.Clock;
import java.util.Locale;

/** Starts engines over remote servers. */
public final class RemoteEngineProvider implements EngineProvider {

  @Override
  public String engine() {
    return "remote";
  }

  @Override
  public Engine start(String model, EngineConfiguration configuration, EngineLimits limits) {
    RemoteSettings settings = RemoteSettings.read(configuration);
    Clock clock = Clock.systemUTC();
    ModelTokens tokens = ModelTokens.open(settings.tokenizer(), settings.templateVariables(), clock);
    boolean takesIds = settings.server().takesIds();
    ChunkReader reader = new ChunkReader(takesIds ? null : ModelTokens.bytes(settings.tokenizer()));
    RemoteServer server = new RemoteServer(settings);
    try {
      int context = settings.contextLength() == 0 ? tokens.contextLength() : settings.contextLength();
      if (context == 0) {
        throw configuration.wrong("context_length", "is missing, and the model's files do not say it either");
      }
      new StartCheck(settings, server, reader, tokens).run();
      ModelDescription description = new ModelDescription(model, "remote",
          settings.server().name().toLowerCase(Locale.ROOT).replace('_', '-') + " at "
              + settings.url().getAuthority(),
          context, settings.parallel(), settings.parameters(), takesIds && tokens.rendersTools(), true,
          clock.instant());
      return RelayEngine.start(description, tokens, new RemoteRuntime(settings, server, reader),
          new RemoteAbilities(settings.server()),
          new RelaySettings(settings.parallel(), settings.runAhead(), settings.resumeLimit(), limits));
    } catch (EngineStartException e) {
      server.close();
      tokens.close();
      throw e;
    }
  }
}
