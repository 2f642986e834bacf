package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.TokenIds;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One response, copied out of native memory.
 *
 * @param outputs whole-number tensors by name
 * @param error what went wrong, null if nothing
 * @param last whether no further response follows
 */
record TritonResponse(Map<String, TokenIds> outputs, @Nullable String error, boolean last) {

  TokenIds ints(String name) {
    return outputs.getOrDefault(name, TokenIds.NONE);
  }

  int number(String name, int fallback) {
    TokenIds values = ints(name);
    return values.isEmpty() ? fallback : values.get(0);
  }
}
