package dev.tollgate.inference.engine.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that an expression can call. */
interface Function {

  @Nullable
  Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> named);
}
