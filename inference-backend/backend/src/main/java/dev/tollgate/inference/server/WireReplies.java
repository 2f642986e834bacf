package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.EngineStatistics;
import dev.tollgate.inference.engine.ModelDescription;
import dev.tollgate.inference.engine.SequenceEvent;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.protocol.FinishReason;
import dev.tollgate.inference.protocol.Finished;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.inference.protocol.Prepared;
import dev.tollgate.inference.protocol.Started;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.inference.protocol.Tokens;
import java.util.List;
import java.util.stream.IntStream;

/** Turns what engines tell into wire messages. */
final class WireReplies {

  private WireReplies() {}

  static GenerateEvent prepared(int promptTokens, int outputCapacity) {
    return GenerateEvent.newBuilder()
        .setPrepared(Prepared.newBuilder().setPromptTokens(promptTokens).setOutputCapacity(outputCapacity))
        .build();
  }

  static GenerateEvent started(SequenceEvent.Started started) {
    return GenerateEvent.newBuilder()
        .setStarted(Started.newBuilder().setCachedPromptTokens(started.cachedPromptTokens())).build();
  }

  static GenerateEvent tokens(SequenceEvent.Tokens tokens) {
    Tokens.Builder message = Tokens.newBuilder().setText(tokens.text());
    for (int i = 0; i < tokens.ids().size(); i++) {
      message.addIds(tokens.ids().get(i));
    }
    return GenerateEvent.newBuilder().setTokens(message).build();
  }

  static GenerateEvent finished(SequenceEvent.Finished finished) {
    Finished.Builder message = Finished.newBuilder()
        .setReason(switch (finished.reason()) {
          case STOP -> FinishReason.FINISH_REASON_STOP;
          case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
          case CANCELLED -> FinishReason.FINISH_REASON_CANCELLED;
          case GRANT_TIMEOUT -> FinishReason.FINISH_REASON_GRANT_TIMEOUT;
        })
        .setPromptTokens(finished.promptTokens())
        .setCachedPromptTokens(finished.cachedPromptTokens())
        .setOutputTokens(finished.outputTokens());
    String stop = finished.stopSequence();
    if (stop != null) {
      message.setStopSequence(stop);
    }
    return GenerateEvent.newBuilder().setFinished(message).build();
  }

  static Model model(ModelDescription model) {
    return Model.newBuilder().setName(model.name()).setContextLength(model.contextLength())
        .setParallelSequences(model.parallelSequences()).setParameters(model.parameters())
        .setSupportsTools(model.supportsTools()).setSupportsJsonSchema(model.supportsJsonSchema())
        .setCreated(model.created().getEpochSecond()).build();
  }

  static Statistics statistics(String model, EngineStatistics now, String trouble) {
    return Statistics.newBuilder().setModel(model).setRunning(now.running()).setWaiting(now.waiting())
        .setPaused(now.paused()).setSlots(now.slots()).setOutstandingTokens(now.outstandingTokens())
        .setKvTokensUsed(now.kvTokensUsed()).setKvTokensTotal(now.kvTokensTotal())
        .setPromptTokens(now.promptTokens()).setCachedPromptTokens(now.cachedPromptTokens())
        .setOutputTokens(now.outputTokens()).setDecodeSteps(now.decodeSteps()).setCancelled(now.cancelled())
        .setFailed(now.failed()).setDraining(now.draining()).setTrouble(trouble).build();
  }

  static List<Integer> ids(TokenIds ids) {
    return IntStream.of(ids.toArray()).boxed().toList();
  }
}
