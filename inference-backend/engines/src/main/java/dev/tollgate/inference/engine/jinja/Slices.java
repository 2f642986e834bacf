package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of lists and texts, as {@code [from:to:step]} says. */
final class Slices {

  private Slices() {}

  static Object of(@Nullable Object owner, @Nullable Object from, @Nullable Object to,
      @Nullable Object step) {
    long stride = step instanceof Long given ? given : 1;
    if (stride == 0) {
      throw new TemplateException("the chat template slices by steps of 0");
    }
    if (owner instanceof List<?> list) {
      List<@Nullable Object> part = new ArrayList<>();
      for (int index : indexes(list.size(), from, to, stride)) {
        part.add(list.get(index));
      }
      return part;
    }
    if (owner instanceof String text) {
      int[] characters = text.codePoints().toArray();
      StringBuilder part = new StringBuilder();
      for (int index : indexes(characters.length, from, to, stride)) {
        part.appendCodePoint(characters[index]);
      }
      return part.toString();
    }
    throw new TemplateException("the chat template slices " + Values.kind(owner));
  }

  private static List<Integer> indexes(int size, @Nullable Object from, @Nullable Object to, long stride) {
    boolean forward = stride > 0;
    long first = bound(from, size, forward ? 0 : size - 1L, forward);
    long last = bound(to, size, forward ? size : -1, forward);
    List<Integer> indexes = new ArrayList<>();
    for (long i = first; forward ? i < last : i > last; i += stride) {
      indexes.add((int) i);
    }
    return indexes;
  }

  private static long bound(@Nullable Object given, int size, long fallback, boolean forward) {
    if (!(given instanceof Long index)) {
      return fallback;
    }
    long at = index < 0 ? index + size : index;
    return forward ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1L);
  }
}
