package dev.tollgate.inference.engine.tensorrtllm;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.EngineConfiguration;

/**
 * How a model is spread over GPUs.
 *
 * @param tensor GPUs that share each layer
 * @param pipeline groups of layers one after the other
 * @param expert GPUs that share the experts of a layer; at most the tensor-parallel ones
 * @param attentionData whether attention runs per request on one GPU each instead of shared
 */
record Parallelism(int tensor, int pipeline, int expert, boolean attentionData) {

  static Parallelism read(EngineConfiguration from) {
    Parallelism parallelism = new Parallelism(from.number("tensor", 1, 1, 256),
        from.number("pipeline", 1, 1, 64),
        from.number("expert", 1, 1, 256), from.flag("attention_data", false));
    if (parallelism.tensor % parallelism.expert != 0) {
      throw from.wrong("expert", "must divide tensor, which is " + parallelism.tensor);
    }
    from.end();
    return parallelism;
  }

  void addTo(JsonObject llm) {
    llm.addProperty("tensor_parallel_size", tensor);
    llm.addProperty("pipeline_parallel_size", pipeline);
    llm.addProperty("moe_expert_parallel_size", expert);
    llm.addProperty("enable_attention_dp", attentionData);
  }
}
