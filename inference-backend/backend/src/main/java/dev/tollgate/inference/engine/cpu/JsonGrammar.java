package dev.tollgate.inference.engine.cpu;

/**
 * The GBNF rules of JSON (RFC 8259). White space is bounded, because a model may otherwise write it for ever.
 */
final class JsonGrammar {

  static final String RULES = """
      ws ::= | " " | "\\n" [ \\t]{0,20}
      char ::= [^"\\\\\\x7F\\x00-\\x1F] | [\\\\] (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})
      string ::= "\\"" char* "\\""
      integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
      number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?
      boolean ::= "true" | "false"
      null ::= "null"
      value ::= object | array | string | number | boolean | null
      object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? ws "}"
      array ::= "[" ws (value ("," ws value)*)? ws "]"
      """;

  /** Any one JSON object. */
  static final String OBJECT = "root ::= object\n" + RULES;

  private JsonGrammar() {}
}
