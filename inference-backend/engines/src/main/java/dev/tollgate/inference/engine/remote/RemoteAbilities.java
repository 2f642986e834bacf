package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.relay.RelayEngine;

/** What the server's API has no words for. */
record RemoteAbilities(ServerKind server) implements RelayEngine.Abilities {

  @Override
  public void check(GenerationRequest request) throws RequestRefusedException {
    Sampling sampling = request.sampling();
    refuse(sampling.responseFormat() instanceof ResponseFormat.Grammar, "this model takes no grammars");
    if (server == ServerKind.OPENAI) {
      refuse(!(request.prompt() instanceof Prompt.Chat),
          "this model takes conversations only, no bare text or ids");
      refuse(request.prompt() instanceof Prompt.Chat chat && (!chat.toolsJson().isEmpty()
          || chat.messages().stream().anyMatch(message -> !message.toolCallsJson().isEmpty())),
          "this model has no tools here");
      refuse(sampling.topK() != null && sampling.topK() > 0, "this model has no top_k");
      refuse(sampling.minP() != null && sampling.minP() > 0, "this model has no min_p");
      refuse(sampling.repetitionPenalty() != 0 && sampling.repetitionPenalty() != 1,
          "this model has no repetition_penalty");
      refuse(sampling.ignoreEnd(), "this model cannot run on past its end");
    }
  }

  private static void refuse(boolean impossible, String message) throws RequestRefusedException {
    if (impossible) {
      throw RequestRefusedException.invalid(message);
    }
  }
}
