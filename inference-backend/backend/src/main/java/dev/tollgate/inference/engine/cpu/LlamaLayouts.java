package dev.tollgate.inference.engine.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tollgate.inference.engine.EngineStartException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The structs of llama.h, version 0.5.0, that cross the border by value or by pointer. */
final class LlamaLayouts {

  static final StructLayout MODEL_PARAMS = struct(ADDRESS.withName("devices"),
      ADDRESS.withName("tensor_buft_overrides"), JAVA_INT.withName("n_gpu_layers"),
      JAVA_INT.withName("split_mode"),
      JAVA_INT.withName("load_mode"), JAVA_INT.withName("lazy_mode"), JAVA_INT.withName("main_gpu"),
      ADDRESS.withName("tensor_split"), ADDRESS.withName("progress_callback"),
      ADDRESS.withName("progress_callback_user_data"), ADDRESS.withName("kv_overrides"),
      JAVA_BOOLEAN.withName("vocab_only"), JAVA_BOOLEAN.withName("check_tensors"),
      JAVA_BOOLEAN.withName("use_extra_bufts"), JAVA_BOOLEAN.withName("no_host"),
      JAVA_BOOLEAN.withName("no_alloc"),
      JAVA_BOOLEAN.withName("load_mtp"));

  static final StructLayout CONTEXT_PARAMS = struct(JAVA_INT.withName("n_ctx"), JAVA_INT.withName("n_batch"),
      JAVA_INT.withName("n_ubatch"), JAVA_INT.withName("n_seq_max"), JAVA_INT.withName("n_rs_seq"),
      JAVA_INT.withName("n_outputs_max"), JAVA_INT.withName("n_outputs_max_per_seq"),
      JAVA_INT.withName("n_threads"),
      JAVA_INT.withName("n_threads_batch"), JAVA_INT.withName("ctx_type"),
      JAVA_INT.withName("rope_scaling_type"),
      JAVA_INT.withName("pooling_type"), JAVA_INT.withName("attention_type"),
      JAVA_INT.withName("flash_attn_type"),
      JAVA_FLOAT.withName("rope_freq_base"), JAVA_FLOAT.withName("rope_freq_scale"),
      JAVA_FLOAT.withName("yarn_ext_factor"), JAVA_FLOAT.withName("yarn_attn_factor"),
      JAVA_FLOAT.withName("yarn_beta_fast"), JAVA_FLOAT.withName("yarn_beta_slow"),
      JAVA_INT.withName("yarn_orig_ctx"),
      JAVA_FLOAT.withName("defrag_thold"), ADDRESS.withName("cb_eval"), ADDRESS.withName("cb_eval_user_data"),
      JAVA_INT.withName("type_k"), JAVA_INT.withName("type_v"), ADDRESS.withName("abort_callback"),
      ADDRESS.withName("abort_callback_data"), JAVA_BOOLEAN.withName("embeddings"),
      JAVA_BOOLEAN.withName("offload_kqv"), JAVA_BOOLEAN.withName("no_perf"),
      JAVA_BOOLEAN.withName("op_offload"),
      JAVA_BOOLEAN.withName("swa_full"), JAVA_BOOLEAN.withName("kv_unified"), ADDRESS.withName("samplers"),
      JAVA_LONG.withName("n_samplers"), ADDRESS.withName("ctx_other"));

  static final StructLayout BATCH = struct(JAVA_INT.withName("n_tokens"), ADDRESS.withName("token"),
      ADDRESS.withName("embd"), ADDRESS.withName("pos"), ADDRESS.withName("n_seq_id"),
      ADDRESS.withName("seq_id"),
      ADDRESS.withName("logits"));

  static final StructLayout TOKEN_DATA = struct(JAVA_INT.withName("id"), JAVA_FLOAT.withName("logit"),
      JAVA_FLOAT.withName("p"));

  static final StructLayout TOKEN_DATA_ARRAY = struct(ADDRESS.withName("data"), JAVA_LONG.withName("size"),
      JAVA_LONG.withName("selected"), JAVA_BOOLEAN.withName("sorted"));

  static final StructLayout CHAT_MESSAGE = struct(ADDRESS.withName("role"), ADDRESS.withName("content"));

  /** Defaults spread over the whole of each struct: one moved or missing field changes at least one of them. */
  private static final Map<String, Object> MODEL_DEFAULTS = Map.of("n_gpu_layers", -1, "split_mode", 1,
      "load_mode",
      -1, "lazy_mode", 1, "main_gpu", 0, "kv_overrides", 0L, "vocab_only", false, "use_extra_bufts", true,
      "no_alloc",
      false);

  private static final Map<String, Object> CONTEXT_DEFAULTS = Map.ofEntries(Map.entry("n_ctx", 512),
      Map.entry("n_batch", 2048), Map.entry("n_ubatch", 512), Map.entry("n_seq_max", 1),
      Map.entry("n_outputs_max", 0),
      Map.entry("n_outputs_max_per_seq", 1), Map.entry("rope_scaling_type", -1),
      Map.entry("pooling_type", -1),
      Map.entry("flash_attn_type", -1), Map.entry("rope_freq_scale", 0f), Map.entry("yarn_ext_factor", -1f),
      Map.entry("yarn_beta_slow", -1f), Map.entry("yarn_orig_ctx", 0), Map.entry("defrag_thold", -1f),
      Map.entry("type_k", 1), Map.entry("type_v", 1), Map.entry("embeddings", false),
      Map.entry("offload_kqv", true),
      Map.entry("no_perf", true), Map.entry("op_offload", true), Map.entry("swa_full", true),
      Map.entry("kv_unified", false), Map.entry("n_samplers", 0L), Map.entry("ctx_other", 0L));

  private LlamaLayouts() {}

  static void checkModelDefaults(MemorySegment defaults) {
    check("llama_model_params", MODEL_PARAMS, defaults, MODEL_DEFAULTS);
  }

  static void checkContextDefaults(MemorySegment defaults) {
    check("llama_context_params", CONTEXT_PARAMS, defaults, CONTEXT_DEFAULTS);
  }

  static long offset(StructLayout layout, String field) {
    return layout.byteOffset(PathElement.groupElement(field));
  }

  private static void check(String name, StructLayout layout, MemorySegment actual,
      Map<String, Object> expected) {
    expected.forEach((field, value) -> {
      long offset = offset(layout, field);
      Object found = switch (value) {
        case Integer _ -> actual.get(JAVA_INT, offset);
        case Float _ -> actual.get(JAVA_FLOAT, offset);
        case Boolean _ -> actual.get(java.lang.foreign.ValueLayout.JAVA_BYTE, offset) != 0;
        default -> actual.get(JAVA_LONG, offset);
      };
      if (!found.equals(value)) {
        throw new EngineStartException(
            "the native library's " + name + "." + field + " is " + found + ", " + value
                + " was expected: it is of another version than this backend was built for; build it again");
      }
    });
  }

  /** A C struct: every field at a multiple of its size, the whole padded to its widest field. */
  private static StructLayout struct(MemoryLayout... fields) {
    List<MemoryLayout> laid = new ArrayList<>();
    long offset = 0;
    long widest = 1;
    for (MemoryLayout field : fields) {
      offset = pad(laid, offset, field.byteAlignment());
      laid.add(field);
      offset += field.byteSize();
      widest = Math.max(widest, field.byteAlignment());
    }
    pad(laid, offset, widest);
    return MemoryLayout.structLayout(laid.toArray(MemoryLayout[]::new));
  }

  private static long pad(List<MemoryLayout> laid, long offset, long alignment) {
    long gap = (alignment - offset % alignment) % alignment;
    if (gap > 0) {
      laid.add(MemoryLayout.paddingLayout(gap));
    }
    return offset + gap;
  }
}
