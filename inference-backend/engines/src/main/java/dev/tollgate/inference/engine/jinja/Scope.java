package dev.tollgate.inference.engine.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and their values; a loop's turn and a macro's call have one of their own. */
final class Scope {

  private static final int DEEPEST = 64;

  private final @Nullable Scope outer;
  private final Map<String, @Nullable Object> values;
  private final int depth;

  Scope(Map<String, @Nullable Object> values) {
    this(null, new HashMap<>(values), 0);
  }

  private Scope(@Nullable Scope outer, Map<String, @Nullable Object> values, int depth) {
    if (depth > DEEPEST) {
      throw new TemplateException("the chat template nests more than " + DEEPEST + " deep");
    }
    this.outer = outer;
    this.values = values;
    this.depth = depth;
  }

  Scope inner() {
    return new Scope(this, new HashMap<>(), depth + 1);
  }

  void set(String name, @Nullable Object value) {
    values.put(name, value);
  }

  @Nullable
  Object get(String name) {
    if (values.containsKey(name)) {
      return values.get(name);
    }
    return outer == null ? Undefined.UNDEFINED : outer.get(name);
  }
}
