package dev.tollgate.inference.engine.jinja;

import org.jspecify.annotations.Nullable;

/** A parsed expression. Values are null (none), {@link Undefined}, Boolean, Long, Double, String, List, Map, … */
interface Expression {

  @Nullable
  Object in(Scope scope);
}
