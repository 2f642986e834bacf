package dev.tollgate.inference.engine.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one value whose attributes a template may change, also from inside a loop. */
final class Namespace {

  private final Map<String, @Nullable Object> values;

  Namespace(Map<String, @Nullable Object> values) {
    this.values = new LinkedHashMap<>(values);
  }

  Map<String, @Nullable Object> values() {
    return values;
  }
}
