package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.gguf.GgufFile;

/** What a model's file suggests for sampling, and what stands in where it is silent. */
record SamplingDefaults(float temperature, float topP, int topK, float minP) {

  static SamplingDefaults of(GgufFile file) {
    return new SamplingDefaults(real(file, "temp", 0.7f, 0, 2),
        real(file, "top_p", 0.95f, Float.MIN_VALUE, 1),
        file.integer("general.sampling.top_k").filter(k -> k >= 0 && k <= Integer.MAX_VALUE).orElse(0L)
            .intValue(),
        real(file, "min_p", 0, 0, 1));
  }

  private static float real(GgufFile file, String name, float fallback, float least, float most) {
    return file.real("general.sampling." + name).map(Double::floatValue)
        .filter(value -> value >= least && value <= most).orElse(fallback);
  }
}
