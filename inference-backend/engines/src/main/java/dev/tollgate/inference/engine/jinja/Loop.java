package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Goes through items, each in a scope of its own. */
record Loop(List<String> names, Expression items, @Nullable Expression filter, Node body,
    @Nullable Node otherwise)
    implements
      Node {

  @Override
  public Flow render(Scope scope, Output output) {
    List<@Nullable Object> all = new ArrayList<>();
    for (Object item : Filters.items(items.in(scope))) {
      Scope probe = scope.inner();
      unpack(probe, names, item);
      if (filter == null || Values.isTrue(filter.in(probe))) {
        all.add(item);
      }
    }
    if (all.isEmpty()) {
      return otherwise == null ? Flow.NEXT : otherwise.render(scope, output);
    }
    for (int i = 0; i < all.size(); i++) {
      Scope turn = scope.inner();
      turn.set("loop", position(all, i));
      unpack(turn, names, all.get(i));
      if (body.render(turn, output) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NEXT;
  }

  static void unpack(Scope scope, List<String> names, @Nullable Object value) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), value);
      return;
    }
    if (!(value instanceof List<?> parts) || parts.size() != names.size()) {
      throw new TemplateException(
          "the chat template takes " + names.size() + " values out of " + Values.kind(value));
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), parts.get(i));
    }
  }

  private static Map<String, @Nullable Object> position(List<@Nullable Object> all, int i) {
    Map<String, @Nullable Object> loop = new HashMap<>();
    loop.put("index", i + 1L);
    loop.put("index0", (long) i);
    loop.put("revindex", (long) all.size() - i);
    loop.put("revindex0", all.size() - i - 1L);
    loop.put("first", i == 0);
    loop.put("last", i == all.size() - 1);
    loop.put("length", (long) all.size());
    loop.put("previtem", i == 0 ? Undefined.UNDEFINED : all.get(i - 1));
    loop.put("nextitem", i == all.size() - 1 ? Undefined.UNDEFINED : all.get(i + 1));
    Function cycle = (given, _) -> given.get(i % given.size());
    loop.put("cycle", cycle);
    return loop;
  }
}
