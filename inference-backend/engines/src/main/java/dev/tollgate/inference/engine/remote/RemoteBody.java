package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import org.jspecify.annotations.Nullable;

/** Writes orders as requests in the server's dialect. */
final class RemoteBody {

  private final RemoteSettings settings;

  RemoteBody(RemoteSettings settings) {
    this.settings = settings;
  }

  JsonObject of(Order order) {
    JsonObject body = new JsonObject();
    body.addProperty("model", settings.model());
    body.addProperty("max_tokens", order.maxNewTokens());
    body.addProperty("stream", true);
    if (settings.server().takesIds()) {
      body.add("prompt", ids(order.ids()));
    } else {
      body.add("messages", messages(order.prompt()));
      body.addProperty("logprobs", true);
    }
    addSampling(body, order);
    addDialect(body, order);
    for (var extra : settings.extra().entrySet()) {
      body.add(extra.getKey(), extra.getValue());
    }
    return body;
  }

  private void addDialect(JsonObject body, Order order) {
    JsonObject stream = new JsonObject();
    stream.addProperty("include_usage", true);
    switch (settings.server()) {
      case VLLM, SGLANG -> {
        stream.addProperty("continuous_usage_stats", true);
        body.addProperty("return_token_ids", true);
        if (!order.cacheSalt().isEmpty()) {
          body.addProperty("cache_salt", order.cacheSalt());
        }
        if (settings.sendsPriority()) {
          // vLLM runs lower numbers first.
          body.addProperty("priority",
              settings.server() == ServerKind.VLLM ? -order.priority() : order.priority());
        }
      }
      case TRTLLM_SERVE -> {
        stream.addProperty("continuous_usage_stats", true);
        // It sends the ids of what it does not turn into text.
        body.addProperty("detokenize", false);
        body.addProperty("add_special_tokens", false);
      }
      case OPENAI -> {
      }
    }
    body.add("stream_options", stream);
  }

  private void addSampling(JsonObject body, Order order) {
    Sampling sampling = order.sampling();
    addNumber(body, "temperature", sampling.temperature());
    addNumber(body, "top_p", sampling.topP());
    addNumber(body, "min_p", sampling.minP());
    Integer topK = sampling.topK();
    addNumber(body, "top_k", topK == null || topK <= 0 ? null : topK);
    addNumber(body, "seed", isSeeded(sampling) ? order.seed() & Long.MAX_VALUE : null);
    addNumber(body, "frequency_penalty",
        sampling.frequencyPenalty() == 0 ? null : sampling.frequencyPenalty());
    addNumber(body, "presence_penalty", sampling.presencePenalty() == 0 ? null : sampling.presencePenalty());
    boolean repeats = sampling.repetitionPenalty() == 0 || sampling.repetitionPenalty() == 1;
    addNumber(body, "repetition_penalty", repeats ? null : sampling.repetitionPenalty());
    if (!sampling.logitBias().isEmpty()) {
      JsonObject biases = new JsonObject();
      sampling.logitBias().forEach((id, bias) -> biases.addProperty(Integer.toString(id), bias));
      body.add("logit_bias", biases);
    }
    if (sampling.ignoreEnd()) {
      body.addProperty("ignore_eos", true);
    }
    JsonObject format = format(sampling.responseFormat());
    if (format != null) {
      body.add("response_format", format);
    }
  }

  /**
   * Whether the draw has to be repeatable: the caller wants it, or the answer could be gone on with elsewhere only by being
   * drawn anew (ADR 27). Nothing else gets a seed: vLLM samples answers that have one one by one.
   */
  private boolean isSeeded(Sampling sampling) {
    Float temperature = sampling.temperature();
    boolean drawn = temperature == null || temperature > 0;
    boolean anew = !settings.server().takesIds()
        || !(sampling.responseFormat() instanceof ResponseFormat.Free);
    return sampling.seed() != null || (drawn && anew && sampling.spareSeed() != null);
  }

  private static void addNumber(JsonObject body, String name, @Nullable Number value) {
    if (value != null) {
      body.addProperty(name, value);
    }
  }

  private static @Nullable JsonObject format(ResponseFormat format) {
    JsonObject wire = new JsonObject();
    switch (format) {
      case ResponseFormat.Free _ -> {
        return null;
      }
      case ResponseFormat.JsonObject _ -> wire.addProperty("type", "json_object");
      case ResponseFormat.JsonSchema schema -> {
        JsonObject named = new JsonObject();
        named.addProperty("name", "answer");
        named.addProperty("strict", true);
        named.add("schema", JsonParser.parseString(schema.schema()));
        wire.addProperty("type", "json_schema");
        wire.add("json_schema", named);
      }
      case ResponseFormat.Grammar _ -> throw new IllegalArgumentException("grammars are refused before");
    }
    return wire;
  }

  private static JsonArray ids(TokenIds ids) {
    JsonArray array = new JsonArray(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      array.add(ids.get(i));
    }
    return array;
  }

  private static JsonElement messages(Prompt prompt) {
    if (!(prompt instanceof Prompt.Chat chat)) {
      throw new IllegalArgumentException("only conversations come here");
    }
    JsonArray messages = new JsonArray();
    for (Prompt.Message message : chat.messages()) {
      JsonObject wire = new JsonObject();
      wire.addProperty("role", message.role().equals("developer") ? "system" : message.role());
      wire.addProperty("content", message.content());
      messages.add(wire);
    }
    return messages;
  }
}
