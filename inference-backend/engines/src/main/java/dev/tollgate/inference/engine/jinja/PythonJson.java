package dev.tollgate.inference.engine.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as Python's {@code json.dumps} writes it, letters of all scripts as they are: models were trained on it. */
final class PythonJson {

  private final StringBuilder text = new StringBuilder();
  private final int indent;

  private PythonJson(int indent) {
    this.indent = indent;
  }

  /** @param indent spaces per level, or -1 for one line */
  static String of(@Nullable Object value, int indent) {
    PythonJson json = new PythonJson(indent);
    json.write(value, 1);
    return json.text.toString();
  }

  private void write(@Nullable Object value, int level) {
    switch (value) {
      case null -> text.append("null");
      case Boolean flag -> text.append(flag ? "true" : "false");
      case Double number ->
        text.append(Double.isNaN(number) ? "NaN" : Values.real(number).replace("inf", "Infinity"));
      case Number number -> text.append(number);
      case String string -> quote(string);
      case Map<?, ?> map -> {
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        block('{', '}', map.isEmpty(), level, entries, entry -> {
          quote(Values.text(entry.getKey()));
          text.append(": ");
          write(entry.getValue(), level + 1);
        });
      }
      case List<?> list ->
        block('[', ']', list.isEmpty(), level, list.iterator(), item -> write(item, level + 1));
      default -> throw new TemplateException("the chat template writes " + Values.kind(value) + " as JSON");
    }
  }

  private <T> void block(char open, char close, boolean empty, int level, Iterator<T> items,
      java.util.function.Consumer<T> writer) {
    text.append(open);
    while (items.hasNext()) {
      line(level);
      writer.accept(items.next());
      if (items.hasNext()) {
        text.append(indent < 0 ? ", " : ",");
      }
    }
    if (!empty) {
      line(level - 1);
    }
    text.append(close);
  }

  private void line(int level) {
    if (indent >= 0) {
      text.append('\n').append(" ".repeat(indent * level));
    }
  }

  private void quote(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < 0x20) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
