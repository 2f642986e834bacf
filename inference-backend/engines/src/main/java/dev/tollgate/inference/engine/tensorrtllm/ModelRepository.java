package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.EngineStartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder from which Triton loads the one model; written anew at each start, gone at the end. */
record ModelRepository(Path folder) implements AutoCloseable {

  static final String MODEL = "tollgate";

  /** What NVIDIA's own measurements of such engines keep; with none kept every step would be recorded anew. */
  private static final String CUDA_GRAPHS_KEPT = "1000";

  static ModelRepository write(TensorRtSettings settings) {
    try {
      Path folder = Files.createTempDirectory("tollgate-models-");
      Path version = Files.createDirectories(folder.resolve(MODEL).resolve("1"));
      Path configuration = folder.resolve(MODEL).resolve("config.pbtxt");
      switch (settings.layout()) {
        case LLMAPI -> {
          Files.writeString(configuration, llmApi());
          Files.writeString(version.resolve("llm.json"), settings.llm().toString());
          Files.writeString(version.resolve("model.py"), resource("model.py"));
        }
        case EXECUTOR -> Files.writeString(configuration, executor(settings));
      }
      return new ModelRepository(folder);
    } catch (IOException e) {
      throw new EngineStartException("the model repository cannot be written: " + e.getMessage());
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream input = ModelRepository.class.getResourceAsStream(name)) {
      if (input == null) {
        throw new IOException(name + " is missing in this installation");
      }
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String llmApi() {
    return """
        name: "tollgate"
        backend: "python"
        max_batch_size: 0
        model_transaction_policy { decoupled: true }
        input [
          { name: "input_ids" data_type: TYPE_INT32 dims: [ -1 ] },
          { name: "options" data_type: TYPE_STRING dims: [ 1 ] }
        ]
        output [
          { name: "token_ids" data_type: TYPE_INT32 dims: [ -1 ] },
          { name: "finish" data_type: TYPE_INT32 dims: [ 1 ] },
          { name: "cached_tokens" data_type: TYPE_INT32 dims: [ 1 ] }
        ]
        instance_group [ { count: 1 kind: KIND_CPU } ]
        """;
  }

  private static String executor(TensorRtSettings settings) {
    StringBuilder config = new StringBuilder("""
        name: "tollgate"
        backend: "tensorrtllm"
        max_batch_size: %d
        model_transaction_policy { decoupled: true }
        dynamic_batching { max_queue_delay_microseconds: %d }
        """.formatted(settings.batchSize(), settings.queueDelayMicros()));
    config.append(
        "input [\n  { name: \"input_ids\" data_type: TYPE_INT32 dims: [ -1 ] allow_ragged_batch: true }");
    scalar(config, "TYPE_INT32", "input_lengths", "request_output_len");
    optional(config, "TYPE_INT32", "end_id", "runtime_top_k");
    optional(config, "TYPE_FP32", "temperature", "runtime_top_p", "repetition_penalty", "presence_penalty",
        "frequency_penalty");
    optional(config, "TYPE_UINT64", "seed");
    optional(config, "TYPE_BOOL", "streaming", "exclude_input_in_output", "return_perf_metrics", "stop");
    for (String name : List.of("guided_decoding_guide_type", "guided_decoding_guide")) {
      config.append(",\n  { name: \"").append(name)
          .append("\" data_type: TYPE_STRING dims: [ 1 ] optional: true allow_ragged_batch: true }");
    }
    config.append("""

        ]
        output [
          { name: "output_ids" data_type: TYPE_INT32 dims: [ -1, -1 ] },
          { name: "sequence_length" data_type: TYPE_INT32 dims: [ -1 ] },
          { name: "kv_cache_reused_blocks" data_type: TYPE_INT32 dims: [ 1 ] }
        ]
        instance_group [ { count: 1 kind: KIND_CPU } ]
        """);
    parameter(config, "gpt_model_type", "inflight_fused_batching");
    parameter(config, "gpt_model_path", settings.engine().toString());
    parameter(config, "kv_cache_free_gpu_mem_fraction", Double.toString(settings.kvCache().memoryShare()));
    parameter(config, "enable_kv_cache_reuse", Boolean.toString(settings.kvCache().reuse()));
    parameter(config, "enable_chunked_context", Boolean.toString(settings.chunkedPrefill()));
    parameter(config, "batch_scheduler_policy", "max_utilization");
    if (settings.cudaGraphs()) {
      parameter(config, "cuda_graph_mode", "true");
      parameter(config, "cuda_graph_cache_size", CUDA_GRAPHS_KEPT);
    }
    guidedDecoding(config, settings.guidedDecodingInfo());
    return config.toString();
  }

  /**
   * The backend does not load a model that lacks one of these, also where they are empty, which turns guided decoding off. It
   * takes the tokenizer from the file alone and says in its log that it ignores the folder.
   */
  private static void guidedDecoding(StringBuilder config, @Nullable Path info) {
    parameter(config, "tokenizer_dir", "");
    parameter(config, "guided_decoding_backend", info == null ? "" : "xgrammar");
    parameter(config, "xgrammar_tokenizer_info_path", info == null ? "" : info.toString());
  }

  private static void scalar(StringBuilder config, String type, String... names) {
    for (String name : names) {
      config.append(",\n  { name: \"").append(name).append("\" data_type: ").append(type)
          .append(" dims: [ 1 ] reshape: { shape: [ ] } }");
    }
  }

  private static void optional(StringBuilder config, String type, String... names) {
    for (String name : names) {
      config.append(",\n  { name: \"").append(name).append("\" data_type: ").append(type)
          .append(" dims: [ 1 ] reshape: { shape: [ ] } optional: true }");
    }
  }

  private static void parameter(StringBuilder config, String key, String value) {
    config.append("parameters: { key: \"").append(key).append("\" value: { string_value: \"")
        .append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append("\" } }\n");
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
