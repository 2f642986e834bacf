package dev.tollgate.inference.engine.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reaches into values: attributes, items, methods. */
final class Attributes {

  private Attributes() {}

  static @Nullable Object of(@Nullable Object owner, String name) {
    return switch (owner) {
      case Namespace namespace -> valueIn(namespace.values(), name);
      case Map<?, ?> map when map.containsKey(name) -> map.get(name);
      case Undefined _ ->
        throw new TemplateException("the chat template reads " + name + " of something undefined");
      case null -> Undefined.UNDEFINED;
      default -> {
        Function method = Methods.of(owner, name);
        yield method == null ? Undefined.UNDEFINED : method;
      }
    };
  }

  static @Nullable Object item(@Nullable Object owner, @Nullable Object key) {
    return switch (owner) {
      case Map<?, ?> map -> map.containsKey(key) ? map.get(key) : Undefined.UNDEFINED;
      case Namespace namespace -> valueIn(namespace.values(), Values.text(key));
      case List<?> list when key instanceof Long index -> {
        int at = position(index, list.size());
        yield at < 0 ? Undefined.UNDEFINED : list.get(at);
      }
      case String text when key instanceof Long index -> {
        int length = text.codePointCount(0, text.length());
        int at = position(index, length);
        yield at < 0 ? Undefined.UNDEFINED
            : text.substring(text.offsetByCodePoints(0, at), text.offsetByCodePoints(0, at + 1));
      }
      case Undefined _ ->
        throw new TemplateException("the chat template reads an item of something undefined");
      case null, default -> key instanceof String name ? of(owner, name) : Undefined.UNDEFINED;
    };
  }

  private static @Nullable Object valueIn(Map<String, @Nullable Object> values, String name) {
    return values.containsKey(name) ? values.get(name) : Undefined.UNDEFINED;
  }

  private static int position(long index, int size) {
    long at = index < 0 ? index + size : index;
    return at < 0 || at >= size ? -1 : (int) at;
  }
}
