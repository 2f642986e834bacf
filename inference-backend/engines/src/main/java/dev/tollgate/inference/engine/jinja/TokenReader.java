package dev.tollgate.inference.engine.jinja;

import java.util.List;

/** Reads the words of one expression or statement in turn. */
abstract class TokenReader {

  private final List<Token> tokens;
  private final String source;
  private int at;

  TokenReader(String source) {
    this.source = source;
    this.tokens = Token.of(source);
  }

  String source() {
    return source;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    return tokens.get(at++);
  }

  boolean take(String symbolOrName) {
    if (peek().is(symbolOrName) || peek().named(symbolOrName)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String symbolOrName) {
    if (!take(symbolOrName)) {
      throw unexpected();
    }
  }

  String name() {
    if (peek().kind() != Token.Kind.NAME) {
      throw unexpected();
    }
    return next().text();
  }

  /** The name before the equals sign that was taken last. */
  String lastName() {
    Token token = tokens.get(at - 2);
    if (token.kind() != Token.Kind.NAME) {
      throw unexpected();
    }
    return token.text();
  }

  void end() {
    if (peek().kind() != Token.Kind.END) {
      throw unexpected();
    }
  }

  TemplateException unexpected() {
    return new TemplateException("the chat template has an unexpected "
        + (peek().kind() == Token.Kind.END ? "end" : peek().text()) + " in: " + source.strip());
  }

  /** The same for the word that was read last. */
  TemplateException back() {
    at--;
    return unexpected();
  }
}
