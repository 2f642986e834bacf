package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.JsonFields;
import dev.tollgate.inference.protocol.Sampling;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields that chat completions and completions share. */
final class SamplingFields {

  private static final int MAX_STOPS = 4;
  private static final int MAX_BIASES = 1024;
  private static final Set<String> UNSUPPORTED = Set.of("logprobs", "top_logprobs", "audio", "modalities",
      "prediction", "web_search_options");

  private SamplingFields() {}

  static Sampling.Builder read(JsonFields fields) {
    fields.refuse(UNSUPPORTED, "is not supported here");
    var sampling = Sampling.newBuilder();
    setNumbers(fields, sampling);
    Long topK = fields.integer("top_k", -1, 1 << 20);
    if (topK != null && topK > 0) {
      sampling.setTopK(topK.intValue());
    }
    Long seed = fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    if (seed != null) {
      sampling.setSeed(seed);
    }
    sampling.addAllStop(stops(fields));
    readBiases(fields.child("logit_bias"), sampling);
    return sampling;
  }

  private static void setNumbers(JsonFields fields, Sampling.Builder sampling) {
    Float temperature = fields.number("temperature", 0, 2);
    if (temperature != null) {
      sampling.setTemperature(temperature);
    }
    Float topP = fields.number("top_p", 0, 1);
    if (topP != null) {
      sampling.setTopP(topP);
    }
    Float minP = fields.number("min_p", 0, 1);
    if (minP != null) {
      sampling.setMinP(minP);
    }
    sampling.setFrequencyPenalty(orZero(fields.number("frequency_penalty", -2, 2)));
    sampling.setPresencePenalty(orZero(fields.number("presence_penalty", -2, 2)));
    sampling.setRepetitionPenalty(orZero(fields.number("repetition_penalty", 0, 2)));
  }

  private static float orZero(@Nullable Float value) {
    return value == null ? 0 : value;
  }

  private static List<String> stops(JsonFields fields) {
    JsonNode stop = fields.node("stop");
    if (stop == null) {
      return List.of();
    }
    return stop.isString() ? List.of(stop(stop, "stop"))
        : JsonFields.list(stop, "stop", MAX_STOPS, SamplingFields::stop);
  }

  private static String stop(JsonNode node, String path) {
    String text = JsonFields.text(node, path);
    if (text.isEmpty() || text.length() > 256) {
      throw JsonFields.wrong(path, "a stop sequence has 1 to 256 characters");
    }
    return text;
  }

  private static void readBiases(@Nullable JsonFields biases, Sampling.Builder sampling) {
    if (biases == null) {
      return;
    }
    if (biases.names().size() > MAX_BIASES) {
      throw JsonFields.wrong("logit_bias", "has more than " + MAX_BIASES + " entries");
    }
    for (String token : biases.names()) {
      Float bias = biases.number(token, -100, 100);
      if (bias != null) {
        sampling.putLogitBias(tokenId(token), bias);
      }
    }
  }

  private static int tokenId(String token) {
    try {
      int id = Integer.parseInt(token);
      if (id >= 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Answered below like a negative number.
    }
    throw JsonFields.wrong("logit_bias", "its keys must be token ids");
  }
}
