package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.relay.RuntimeLoad;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the figures of the KV cache among Triton's metrics. */
final class TritonGauges {

  private static final Pattern OURS = gauge("tollgate_kv_cache_tokens", "kind");
  /** The C++ backend counts blocks. */
  private static final Pattern EXECUTORS = gauge("nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type");

  private TritonGauges() {}

  private static Pattern gauge(String name, String label) {
    return Pattern.compile("^" + name + "\\{[^}]*\\b" + label + "=\"(\\w+)\"[^}]*} ([0-9.e+]+)$",
        Pattern.MULTILINE);
  }

  static RuntimeLoad load(String metrics, int tokensPerBlock) {
    long used = sum(metrics, OURS, "used") + tokensPerBlock * sum(metrics, EXECUTORS, "used");
    long total = sum(metrics, OURS, "total") + tokensPerBlock * sum(metrics, EXECUTORS, "max");
    return new RuntimeLoad(used, total);
  }

  private static long sum(String metrics, Pattern gauge, String kind) {
    long sum = 0;
    Matcher line = gauge.matcher(metrics);
    while (line.find()) {
      sum += line.group(1).equals(kind) ? Math.round(Double.parseDouble(line.group(2))) : 0;
    }
    return sum;
  }
}
