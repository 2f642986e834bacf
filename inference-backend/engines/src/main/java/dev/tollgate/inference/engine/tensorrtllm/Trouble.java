package dev.tollgate.inference.engine.tensorrtllm;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What may be wrong with a model as a whole, told by the words of errors that do not only concern one request. */
enum Trouble {
  NO_MEMORY("out of ?memory|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED", "a GPU has no memory left",
      "lower kv_cache.memory_share, batch_size or step_tokens, or spread the model over more GPUs with parallelism"),
  ENDED("stub process|is shutting down|executor (worker )?(has )?(died|shut ?down)",
      "the model's process has ended",
      "the lines before this one say why; of a process that was killed, the kernel's log does"),
  GPU_FAILED("CUDA error|cudaError|CUDA_ERROR|NCCL|illegal memory access|device-side assert",
      "a GPU has failed",
      "if it happens again, look for it in nvidia-smi and the kernel's log, and take it out of service");

  private final Pattern words;
  private final String what;
  private final String help;

  Trouble(String words, String what, String help) {
    this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    this.what = what;
    this.help = help;
  }

  /** The trouble that an error tells of; empty if it concerns nothing but its own request. */
  static Optional<Trouble> in(String error) {
    return Stream.of(values()).filter(trouble -> trouble.words.matcher(error).find()).findFirst();
  }

  String help() {
    return help;
  }

  /** In one line: what is wrong, how it shows, and what helps. */
  String told(String error) {
    return what + " (" + error + "); " + help;
  }
}
