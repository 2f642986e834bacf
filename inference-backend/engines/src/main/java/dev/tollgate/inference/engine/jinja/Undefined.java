package dev.tollgate.inference.engine.jinja;

/** What a name means that was never given a value: prints as nothing and is false. */
enum Undefined {
  UNDEFINED
}
