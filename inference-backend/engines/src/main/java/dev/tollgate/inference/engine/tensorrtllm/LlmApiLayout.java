package dev.tollgate.inference.engine.tensorrtllm;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.relay.Order;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors of our own model.py: the ids, and everything else as one JSON text. */
final class LlmApiLayout implements TensorLayout {

  private static final int STOP = 1;
  private static final int LENGTH = 2;
  private static final int CANCELLED = 3;

  private final List<Integer> endIds;

  LlmApiLayout(List<Integer> endIds) {
    this.endIds = List.copyOf(endIds);
  }

  @Override
  public List<Tensor> inputs(Order order) {
    return List.of(Tensor.ints("input_ids", List.of((long) order.ids().size()), order.ids().toArray()),
        Tensor.text("options", List.of(1L), options(order).toString()));
  }

  private JsonObject options(Order order) {
    Sampling sampling = order.sampling();
    JsonObject options = new JsonObject();
    options.addProperty("max_tokens", order.maxNewTokens());
    options.addProperty("cache_salt", order.cacheSalt());
    options.addProperty("priority", order.priority());
    options.addProperty("seed", order.seed() & Long.MAX_VALUE);
    add(options, "temperature", sampling.temperature());
    add(options, "top_p", sampling.topP());
    add(options, "top_k", sampling.topK());
    add(options, "min_p", sampling.minP());
    add(options, "frequency_penalty", sampling.frequencyPenalty());
    add(options, "presence_penalty", sampling.presencePenalty());
    add(options, "repetition_penalty",
        sampling.repetitionPenalty() == 0 ? null : sampling.repetitionPenalty());
    if (!sampling.logitBias().isEmpty()) {
      JsonObject biases = new JsonObject();
      sampling.logitBias().forEach((id, bias) -> biases.addProperty(Integer.toString(id), bias));
      options.add("logit_bias", biases);
    }
    JsonArray ends = new JsonArray();
    endIds.forEach(ends::add);
    options.add("end_ids", ends);
    options.addProperty("ignore_end", sampling.ignoreEnd());
    guide(options, sampling.responseFormat());
    return options;
  }

  private static void add(JsonObject options, String name, @Nullable Number value) {
    if (value != null) {
      options.addProperty(name, value);
    }
  }

  private static void guide(JsonObject options, ResponseFormat format) {
    switch (format) {
      case ResponseFormat.Free _ -> {
      }
      case ResponseFormat.JsonObject _ -> options.addProperty("guide_json_object", true);
      case ResponseFormat.JsonSchema schema -> options.addProperty("guide_json", schema.schema());
      case ResponseFormat.Grammar grammar -> options.addProperty("guide_grammar", grammar.gbnf());
    }
  }

  @Override
  public Part read(TritonResponse response, int ordered) {
    End end = switch (response.number("finish", 0)) {
      case STOP -> End.STOP;
      case LENGTH -> End.LENGTH;
      case CANCELLED -> End.CANCELLED;
      default -> End.GOES_ON;
    };
    return new Part(response.ints("token_ids"), end, response.number("cached_tokens", -1));
  }

  /** It can do everything that is asked here. */
  @Override
  public void check(GenerationRequest request) {}
}
