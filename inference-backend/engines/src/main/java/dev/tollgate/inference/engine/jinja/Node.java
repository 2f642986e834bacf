package dev.tollgate.inference.engine.jinja;

/** A parsed piece of a template. */
interface Node {

  /** How rendering goes on after a node. */
  enum Flow {
    NEXT, BREAK, CONTINUE
  }

  Flow render(Scope scope, Output output);
}
