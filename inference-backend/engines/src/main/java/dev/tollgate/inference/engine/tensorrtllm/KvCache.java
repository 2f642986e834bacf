package dev.tollgate.inference.engine.tensorrtllm;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.EngineConfiguration;

/**
 * The cache of keys and values.
 *
 * @param memoryShare share of the GPU memory that the weights leave free
 * @param reuse whether prompts that begin alike share blocks
 * @param type its numbers: auto, fp8, nvfp4
 * @param tokensPerBlock tokens in a block, the unit of sharing
 */
record KvCache(double memoryShare, boolean reuse, String type, int tokensPerBlock) {

  static KvCache read(EngineConfiguration from) {
    KvCache cache = new KvCache(from.share("memory_share", 0.85), from.flag("reuse", true),
        from.text("type", "auto"),
        from.number("tokens_per_block", 32, 8, 256));
    from.end();
    return cache;
  }

  void addTo(JsonObject llm) {
    JsonObject section = new JsonObject();
    section.addProperty("free_gpu_memory_fraction", memoryShare);
    section.addProperty("enable_block_reuse", reuse);
    section.addProperty("dtype", type);
    section.addProperty("tokens_per_block", tokensPerBlock);
    llm.add("kv_cache_config", section);
  }
}
