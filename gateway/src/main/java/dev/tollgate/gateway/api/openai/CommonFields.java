package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.ApiProperties;
import dev.tollgate.gateway.api.JsonFields;
import dev.tollgate.gateway.pipeline.GenerationRequest;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What chat completions and completions read alike around their prompts. */
final class CommonFields {

  private CommonFields() {}

  static String model(JsonFields fields) {
    String model = fields.requiredText("model");
    if (model.length() > 200) {
      throw JsonFields.wrong("model", "a model's name has at most 200 characters");
    }
    return model;
  }

  static GenerationCall call(JsonFields fields, String endpoint, String model, List<Prompt> prompts,
      Sampling sampling, @Nullable Long maxTokens, ApiProperties limits) {
    Long wanted = fields.integer("n", 1, limits.maxChoices());
    int n = wanted == null ? 1 : wanted.intValue();
    if (n * prompts.size() > limits.maxChoices()) {
      throw JsonFields.wrong("n", "at most " + limits.maxChoices() + " answers are possible in one request");
    }
    boolean stream = fields.flag("stream");
    JsonFields options = fields.child("stream_options");
    if (options != null && !stream) {
      throw JsonFields.wrong("stream_options", "is only possible with 'stream': true");
    }
    var request = new GenerationRequest(endpoint, model, prompts, n, sampling,
        maxTokens == null ? 0 : maxTokens.intValue());
    return new GenerationCall(request, stream, options != null && options.flag("include_usage"));
  }

  static @Nullable Long maxTokens(JsonFields fields, String name) {
    return fields.integer(name, 1, Integer.MAX_VALUE);
  }
}
