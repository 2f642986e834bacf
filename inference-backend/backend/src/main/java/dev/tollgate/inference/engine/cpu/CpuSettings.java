package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStartException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the CPU engine shall run a model.
 *
 * @param parallel sequences generated side by side
 * @param contextLength tokens of prompt and answer together for each of them; 0 chooses
 * @param batchTokens most tokens computed in one step
 * @param prefillTokens most prompt tokens in a step that also carries running answers, so that they do not stall
 * @param decodeThreads threads for steps without prompt tokens; 0 chooses
 * @param batchThreads threads for steps with prompt tokens; 0 chooses
 * @param queueLimit accepted sequences that may be without a slot
 * @param pauseLimit longest wait for a grant
 * @param stallLimit longest wait for a reader that does not take its tokens
 * @param chatTemplate llama.cpp's name of a built-in template to use instead of the model's, null for the model's
 * @param controlTokensEnd whether any control token ends an answer, or only the model's end tokens
 */
public record CpuSettings(int parallel, int contextLength, int batchTokens, int prefillTokens,
    int decodeThreads,
    int batchThreads, int queueLimit, Duration pauseLimit, Duration stallLimit, @Nullable String chatTemplate,
    boolean controlTokensEnd) {

  private static final int MOST_THREADS_CHOSEN = 4;
  private static final int CONTEXT_CHOSEN = 4096;
  /**
   * A step of a small model is so short that threads lose more by waiting for each other than they win, and much more
   * where other processes share the cores: ggml's threads spin.
   */
  private static final long SMALL_MODEL_BYTES = 64L << 20;

  public static CpuSettings defaults() {
    return new CpuSettings(8, 0, 512, 128, 0, 0, 256, Duration.ofSeconds(10), Duration.ofSeconds(60), null,
        true);
  }

  CpuSettings resolve(LlamaModel model) {
    int cores = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS_CHOSEN);
    int trained = model.trainedContextLength();
    if (contextLength > trained) {
      throw new EngineStartException(
          "--context " + contextLength + " is more than the " + trained
              + " tokens this model was trained for");
    }
    int context = contextLength == 0 ? Math.min(trained, CONTEXT_CHOSEN) : contextLength;
    int threads = model.bytes() < SMALL_MODEL_BYTES ? 1 : cores;
    return new CpuSettings(parallel, context, Math.max(batchTokens, parallel), prefillTokens,
        decodeThreads == 0 ? threads : decodeThreads, batchThreads == 0 ? threads : batchThreads, queueLimit,
        pauseLimit,
        stallLimit, chatTemplate, controlTokensEnd);
  }
}
