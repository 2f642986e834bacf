package dev.tollgate.inference.engine.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other files of a model that is split into parts named {@code NAME-00001-of-00003.gguf}. */
final class GgufParts {

  private static final Pattern FIRST = Pattern.compile("(.*)-00001-of-(\\d{5})\\.gguf");
  private static final long MOST_PARTS = 512;

  private GgufParts() {}

  static List<Path> others(Path first, long count) throws GgufException {
    if (count <= 1) {
      return List.of();
    }
    Matcher name = FIRST.matcher(first.getFileName().toString());
    if (count > MOST_PARTS || !name.matches() || Long.parseLong(name.group(2)) != count) {
      throw new GgufException("this model is split into " + count
          + " files: give the path of the first one, named NAME-00001-of-0000N.gguf, with the others beside it");
    }
    List<Path> others = new ArrayList<>();
    for (int part = 2; part <= count; part++) {
      others.add(first.resolveSibling(
          String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", name.group(1), part, count)));
    }
    return others;
  }
}
