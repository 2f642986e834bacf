package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** A word of an expression. */
record Token(Kind kind, String text) {

  enum Kind {
    NAME, STRING, INTEGER, REAL, SYMBOL, END
  }

  private static final List<String> SYMBOLS = List.of("**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/",
      "%", "~", "(", ")", "[", "]", "{", "}", "|", ",", ".", ":", "=", "<", ">");

  static List<Token> of(String source) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '"' || c == '\'') {
        at = string(source, at, tokens);
      } else if (Character.isDigit(c)) {
        at = number(source, at, tokens);
      } else if (c == '_' || Character.isLetter(c)) {
        int end = at;
        while (end < source.length()
            && (source.charAt(end) == '_' || Character.isLetterOrDigit(source.charAt(end)))) {
          end++;
        }
        tokens.add(new Token(Kind.NAME, source.substring(at, end)));
        at = end;
      } else {
        String symbol = symbol(source, at);
        tokens.add(new Token(Kind.SYMBOL, symbol));
        at += symbol.length();
      }
    }
    tokens.add(new Token(Kind.END, ""));
    return tokens;
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean named(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  private static String symbol(String source, int at) {
    for (String symbol : SYMBOLS) {
      if (source.startsWith(symbol, at)) {
        return symbol;
      }
    }
    throw new TemplateException(
        "the chat template has an unexpected " + source.charAt(at) + " in: " + source.strip());
  }

  private static int number(String source, int start, List<Token> tokens) {
    int at = start;
    while (at < source.length() && (Character.isDigit(source.charAt(at)) || source.charAt(at) == '_')) {
      at++;
    }
    boolean real = at + 1 < source.length() && source.charAt(at) == '.'
        && Character.isDigit(source.charAt(at + 1));
    if (real) {
      at++;
      while (at < source.length() && Character.isDigit(source.charAt(at))) {
        at++;
      }
    }
    int exponent = exponentEnd(source, at);
    real |= exponent > at;
    at = exponent;
    tokens.add(new Token(real ? Kind.REAL : Kind.INTEGER, source.substring(start, at).replace("_", "")));
    return at;
  }

  private static int exponentEnd(String source, int start) {
    int at = start;
    if (at < source.length() && (source.charAt(at) == 'e' || source.charAt(at) == 'E')) {
      at++;
      at += at < source.length() && (source.charAt(at) == '+' || source.charAt(at) == '-') ? 1 : 0;
      int digits = at;
      while (at < source.length() && Character.isDigit(source.charAt(at))) {
        at++;
      }
      return at > digits ? at : start;
    }
    return at;
  }

  private static int string(String source, int start, List<Token> tokens) {
    char quote = source.charAt(start);
    StringBuilder text = new StringBuilder();
    int at = start + 1;
    while (at < source.length() && source.charAt(at) != quote) {
      if (source.charAt(at) == '\\' && at + 1 < source.length()) {
        at = escape(source, at + 1, text);
      } else {
        text.append(source.charAt(at++));
      }
    }
    if (at == source.length()) {
      throw new TemplateException("the chat template has a string that never ends in: " + source.strip());
    }
    tokens.add(new Token(Kind.STRING, text.toString()));
    return at + 1;
  }

  private static int escape(String source, int at, StringBuilder text) {
    char c = source.charAt(at);
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case '\\', '\'', '"' -> text.append(c);
      case 'u', 'x' -> {
        int end = at + 1 + (c == 'u' ? 4 : 2);
        try {
          text.append((char) Integer.parseInt(source.substring(at + 1, end), 16));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
          throw new TemplateException("the chat template has a broken escape in: " + source.strip());
        }
        return end;
      }
      default -> text.append('\\').append(c);
    }
    return at + 1;
  }
}
