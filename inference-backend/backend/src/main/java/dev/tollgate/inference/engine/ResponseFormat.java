package dev.tollgate.inference.engine;

/** What an answer must look like. */
public sealed interface ResponseFormat {

  /** Anything. */
  record Free() implements ResponseFormat {}

  /** One JSON object. */
  record JsonObject() implements ResponseFormat {}

  /** A JSON value that matches a schema (draft 2020-12, the subset that the engine supports). */
  record JsonSchema(String schema) implements ResponseFormat {}

  /** Text of a GBNF grammar, whose start rule is called {@code root}. */
  record Grammar(String gbnf) implements ResponseFormat {}
}
