package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** A template cut into text, outputs and statements, with white space taken away as its marks and the rules say. */
record Segment(Kind kind, String content) {

  enum Kind {
    TEXT, OUTPUT, STATEMENT
  }

  /** Blocks swallow the line break after them and the indentation before them, as the templates expect. */
  static List<Segment> cut(String template) {
    String source = template.replace("\r\n", "\n");
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    List<Segment> segments = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < source.length()) {
      char mark = source.charAt(at) == '{' && at + 1 < source.length() ? source.charAt(at + 1) : ' ';
      if (mark != '{' && mark != '%' && mark != '#') {
        text.append(source.charAt(at++));
        continue;
      }
      int end = end(source, at + 2, mark);
      int from = at + 2;
      int to = end;
      char first = source.charAt(from);
      if (first == '-') {
        text.setLength(text.toString().stripTrailing().length());
      } else if (mark != '{' && first != '+') {
        stripIndentation(text, segments.isEmpty());
      }
      from += (first == '-' || first == '+') && from < to ? 1 : 0;
      boolean stripsAfter = to > from && source.charAt(to - 1) == '-';
      boolean keepsAfter = to > from && source.charAt(to - 1) == '+' && mark != '{';
      to -= stripsAfter || keepsAfter ? 1 : 0;
      if (mark != '#') {
        flush(text, segments);
        segments.add(new Segment(mark == '{' ? Kind.OUTPUT : Kind.STATEMENT, source.substring(from, to)));
      }
      at = after(source, end + 2, stripsAfter, mark != '{' && !keepsAfter);
    }
    flush(text, segments);
    return segments;
  }

  private static int after(String source, int start, boolean strips, boolean trimsLine) {
    int at = start;
    if (strips) {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
    } else if (trimsLine && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    return at;
  }

  private static void stripIndentation(StringBuilder text, boolean atStart) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
      end--;
    }
    if (end == 0 ? atStart : text.charAt(end - 1) == '\n') {
      text.setLength(end);
    }
  }

  private static void flush(StringBuilder text, List<Segment> segments) {
    if (!text.isEmpty()) {
      segments.add(new Segment(Kind.TEXT, text.toString()));
      text.setLength(0);
    }
  }

  private static int end(String source, int start, char mark) {
    char close = mark == '{' ? '}' : mark;
    char quote = 0;
    int depth = 0;
    for (int i = start; i + 1 < source.length(); i++) {
      char c = source.charAt(i);
      if (quote != 0) {
        i += c == '\\' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if (mark != '#' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (depth == 0 && c == close && source.charAt(i + 1) == '}') {
        return i;
      } else if (mark != '#') {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      }
    }
    throw new TemplateException("the chat template has a {" + mark + " that never ends");
  }
}
