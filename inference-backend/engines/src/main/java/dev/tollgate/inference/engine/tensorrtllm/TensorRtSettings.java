package dev.tollgate.inference.engine.tensorrtllm;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineStartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What TensorRT-LLM shall run and how.
 *
 * @param checkpoint folder with the weights and the tokenizer's files; FP8 or NVFP4 is what the weights are
 * @param engine folder of an engine built ahead, for the layout executor; else the checkpoint
 * @param library libtritonserver.so
 * @param backends folder of Triton's backends
 * @param batchSize most sequences in a step
 * @param stepTokens most tokens in a step
 * @param contextLength tokens of prompt and answer
 * @param chunkedPrefill whether long prompts are computed beside running answers
 * @param cudaGraphs whether steps are replayed as graphs
 * @param multiTokenPrediction tokens that the model's own prediction layers draft per step; 0 for none
 * @param queueDelayMicros how long the executor layout waits to fill a batch
 * @param runAhead most tokens past the grant that are kept before the run is stopped
 * @param resumeLimit longest that the beginning of another backend's answer is generated anew
 * @param recoveryLimit longest that the model may be unable to generate before its process is to be started anew
 * @param options options of the LLM API that have no setting of their own
 * @param guidedDecodingInfo what the layout executor needs of the tokenizer to keep answers to a format; null if it shall not
 */
record TensorRtSettings(Layout layout, Path checkpoint, Path engine, Path library, Path backends,
    Parallelism parallelism, KvCache kvCache, int batchSize, int stepTokens, int contextLength,
    boolean chunkedPrefill,
    boolean cudaGraphs, int multiTokenPrediction, int queueDelayMicros, int runAhead, Duration resumeLimit,
    Duration recoveryLimit, long parameters,
    JsonObject templateVariables, JsonObject options, @Nullable Path guidedDecodingInfo) {

  /** Settings that an engine got when it was built, and what the layout executor has instead of the others. */
  private static final Map<String, String> NOT_OF_EXECUTOR = Map.of(
      "parallelism", "is what the engine was built for (trtllm-build): leave it out with the layout executor",
      "step_tokens",
      "is what the engine was built with (trtllm-build --max_num_tokens): leave it out with the"
          + " layout executor",
      "multi_token_prediction", "is not in the layout executor: leave it out, or use the layout llmapi",
      "options", "are the LLM API's, which the layout executor does not use: leave them out");
  private static final Map<String, String> NOT_OF_LLMAPI = Map.of(
      "queue_delay_micros",
      "is for the layout executor only: leave it out, requests join a batch at its next step",
      "engine_folder", "is for the layout executor only: leave it out, or set layout to executor",
      "guided_decoding_info",
      "is for the layout executor only: leave it out, the checkpoint's tokenizer is enough here");

  static TensorRtSettings read(EngineConfiguration given) {
    EngineConfiguration from = given.has("profile") ? given.over(profile(given)) : given;
    from.text("engine");
    from.text("profile", "");
    Layout layout = from.choice("layout", Layout.LLMAPI);
    refuseWhatItWouldIgnore(from, layout);
    Path checkpoint = from.path("checkpoint");
    TensorRtSettings settings = new TensorRtSettings(layout, checkpoint,
        layout == Layout.EXECUTOR ? from.path("engine_folder") : checkpoint,
        Path.of(from.text("library", "/opt/tritonserver/lib/libtritonserver.so")),
        Path.of(from.text("backends", "/opt/tritonserver/backends")),
        Parallelism.read(from.section("parallelism")),
        KvCache.read(from.section("kv_cache")), from.number("batch_size", 64, 1, 8192),
        from.number("step_tokens", 8192, 64, 1 << 20), from.number("context_length", 0, 0, 1 << 24),
        from.flag("chunked_prefill", true), from.flag("cuda_graphs", layout == Layout.LLMAPI),
        from.number("multi_token_prediction", 0, 0, 8), from.number("queue_delay_micros", 0, 0, 10_000_000),
        from.number("run_ahead", 64, 0, 65_536), from.duration("resume_limit", Duration.ofSeconds(15)),
        from.duration("recovery_limit", Duration.ofMinutes(15)),
        1_000_000L * from.number("million_parameters", 0, 0, Integer.MAX_VALUE),
        from.object("template_variables"),
        from.object("options"), from.has("guided_decoding_info") ? from.path("guided_decoding_info") : null);
    boolean shared = from.flag("cache_shared_between_tenants", false);
    from.end();
    if (layout == Layout.EXECUTOR && settings.kvCache.reuse() && !shared) {
      throw from.wrong("layout",
          "executor cannot keep the prompt caches of tenants apart: set kv_cache.reuse to false,"
              + " or cache_shared_between_tenants to true if that may be");
    }
    Path info = settings.guidedDecodingInfo;
    if (info != null && !Files.isRegularFile(info)) {
      throw from.wrong("guided_decoding_info", "names " + info
          + ", which is no file: write it with TensorRT-LLM's examples/generate_xgrammar_tokenizer_info.py");
    }
    return settings;
  }

  /** What has no effect would look as if it had one. */
  private static void refuseWhatItWouldIgnore(EngineConfiguration from, Layout layout) {
    (layout == Layout.EXECUTOR ? NOT_OF_EXECUTOR : NOT_OF_LLMAPI).forEach((name, why) -> {
      if (from.has(name)) {
        throw from.wrong(name, why);
      }
    });
    EngineConfiguration cache = from.section("kv_cache");
    if (layout == Layout.EXECUTOR && cache.has("type")) {
      throw cache.wrong("type",
          "is what the engine was built with (its quantization): leave it out with the layout executor");
    }
  }

  /** Whether answers can be kept to a format. */
  boolean guides() {
    return layout == Layout.LLMAPI || guidedDecodingInfo != null;
  }

  private static JsonObject profile(EngineConfiguration given) {
    String name = given.text("profile");
    try (InputStream input = TensorRtSettings.class.getResourceAsStream("profiles/" + name + ".json")) {
      if (input == null || !name.matches("[a-z0-9-]+")) {
        throw given.wrong("profile", "is " + name + ", there are deepseek-v3-8xh200 and deepseek-v3-8xb200");
      }
      JsonObject profile = JsonParser.parseString(new String(input.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
      profile.remove("sources");
      return profile;
    } catch (IOException e) {
      throw new EngineStartException("the profile " + name + " cannot be read: " + e.getMessage());
    }
  }

  /** The arguments of TensorRT-LLM's {@code LLM}. */
  JsonObject llm() {
    JsonObject llm = new JsonObject();
    llm.addProperty("model", checkpoint.toString());
    parallelism.addTo(llm);
    kvCache.addTo(llm);
    llm.addProperty("max_batch_size", batchSize);
    llm.addProperty("max_num_tokens", stepTokens);
    if (contextLength > 0) {
      llm.addProperty("max_seq_len", contextLength);
    }
    llm.addProperty("enable_chunked_prefill", chunkedPrefill);
    if (cudaGraphs) {
      JsonObject graphs = new JsonObject();
      graphs.addProperty("enable_padding", true);
      graphs.addProperty("max_batch_size", batchSize);
      llm.add("cuda_graph_config", graphs);
    } else {
      llm.add("cuda_graph_config", JsonNull.INSTANCE);
    }
    if (multiTokenPrediction > 0) {
      JsonObject drafts = new JsonObject();
      drafts.addProperty("decoding_type", "MTP");
      drafts.addProperty("num_nextn_predict_layers", multiTokenPrediction);
      llm.add("speculative_config", drafts);
    }
    llm.addProperty("guided_decoding_backend", "xgrammar");
    llm.addProperty("enable_iter_perf_stats", true);
    for (Map.Entry<String, JsonElement> option : options.entrySet()) {
      llm.add(option.getKey(), option.getValue());
    }
    return llm;
  }
}
