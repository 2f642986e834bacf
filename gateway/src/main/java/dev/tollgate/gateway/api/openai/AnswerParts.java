package dev.tollgate.gateway.api.openai;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Usage;
import dev.tollgate.gateway.pipeline.Answer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The parts of an answer that all shapes write alike. */
final class AnswerParts {

  private AnswerParts() {}

  static String finishReason(Answer.Ending ending) {
    return switch (ending) {
      case STOP -> "stop";
      case LENGTH, FUNDS_EXHAUSTED, BUDGET_EXHAUSTED, FUNDS_UNKNOWN -> "length";
    };
  }

  /** OpenAI's usage: cached tokens are a subset of the prompt's. */
  static void writeUsage(JsonGenerator json, Usage usage) {
    json.writeObjectPropertyStart("usage");
    json.writeNumberProperty("prompt_tokens", usage.promptTokens());
    json.writeNumberProperty("completion_tokens", usage.outputTokens());
    json.writeNumberProperty("total_tokens", usage.rawTokens());
    json.writeObjectPropertyStart("prompt_tokens_details");
    json.writeNumberProperty("cached_tokens", usage.cachedInputTokens());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Our own addition: what the answer cost, and why it ended if it was for lack of funds. */
  static void writeBill(JsonGenerator json, Answer answer) {
    Receipt receipt = answer.receipt();
    json.writeObjectPropertyStart("tollgate");
    json.writeStringProperty("cost", Decimals.money(receipt.amountPico()));
    json.writeStringProperty("currency", receipt.currency());
    json.writeNumberProperty("free_tokens", receipt.freeTokens());
    json.writeNumberProperty("pack_tokens", Decimals.packTokens(receipt.packMillitokens()));
    answer.endings().stream().map(AnswerParts::stoppedBy).filter(Objects::nonNull).findFirst()
        .ifPresent(reason -> json.writeStringProperty("stopped_by", reason));
    json.writeEndObject();
  }

  private static @Nullable String stoppedBy(Answer.Ending ending) {
    return switch (ending) {
      case STOP, LENGTH -> null;
      case FUNDS_EXHAUSTED -> "insufficient_balance";
      case BUDGET_EXHAUSTED -> "budget_exceeded";
      case FUNDS_UNKNOWN -> "service_unavailable";
    };
  }
}
