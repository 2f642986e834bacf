package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.protocol.ChatMessage;
import dev.tollgate.inference.protocol.Start;
import io.grpc.StatusException;
import java.util.List;

/** Turns wire messages into what engines take. */
final class WireRequests {

  private WireRequests() {}

  static GenerationRequest generation(Start start) throws StatusException {
    return new GenerationRequest(prompt(start.getPrompt()), sampling(start.getSampling()),
        unsigned(start.getMaxOutputTokens()), start.getPriority(), start.getCacheSalt(),
        ids(start.getResumeTokenIdsList()),
        start.hasInitialGrant() ? grant(start.getInitialGrant()) : Grant.NONE);
  }

  static Grant grant(dev.tollgate.inference.protocol.Grant grant) {
    return new Grant(unsigned(grant.getOutputTokens()), grant.getLast());
  }

  static Prompt prompt(dev.tollgate.inference.protocol.Prompt prompt) throws StatusException {
    return switch (prompt.getKindCase()) {
      case CHAT ->
        new Prompt.Chat(prompt.getChat().getMessagesList().stream().map(WireRequests::message).toList(),
            prompt.getChat().getToolsJson());
      case TEXT -> new Prompt.Text(prompt.getText());
      case TOKEN_IDS -> new Prompt.Ids(ids(prompt.getTokenIds().getIdsList()));
      case KIND_NOT_SET -> throw WireErrors.invalid("the prompt is missing");
    };
  }

  static TokenIds ids(List<Integer> ids) {
    return TokenIds.of(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Prompt.Message message(ChatMessage message) {
    return new Prompt.Message(message.getRole(), message.getContent(), message.getToolCallsJson());
  }

  private static Sampling sampling(dev.tollgate.inference.protocol.Sampling from) {
    return new Sampling(from.hasTemperature() ? from.getTemperature() : null,
        from.hasTopP() ? from.getTopP() : null,
        from.hasTopK() ? from.getTopK() : null, from.hasMinP() ? from.getMinP() : null,
        from.hasSeed() ? from.getSeed() : null, from.hasSpareSeed() ? from.getSpareSeed() : null,
        from.getFrequencyPenalty(), from.getPresencePenalty(), from.getRepetitionPenalty(),
        from.getLogitBiasMap(), from.getStopList(),
        format(from.getResponseFormat()),
        from.getIgnoreEnd());
  }

  private static ResponseFormat format(dev.tollgate.inference.protocol.ResponseFormat format) {
    return switch (format.getKindCase()) {
      case JSON_OBJECT -> new ResponseFormat.JsonObject();
      case JSON_SCHEMA -> new ResponseFormat.JsonSchema(format.getJsonSchema());
      case GRAMMAR -> new ResponseFormat.Grammar(format.getGrammar());
      case KIND_NOT_SET -> new ResponseFormat.Free();
    };
  }

  /** Counts above two thousand million mean the same as two thousand million. */
  private static int unsigned(int count) {
    return count < 0 ? Integer.MAX_VALUE : count;
  }
}
