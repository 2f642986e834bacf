package dev.tollgate.inference.engine.cpu;

/** Writes text as a GBNF string literal. */
final class GbnfText {

  private GbnfText() {}

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').appendCodePoint(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.appendCodePoint(c);
      }
    });
    return quoted.append('"').toString();
  }
}
