package dev.tollgate.inference.engine;

/** Why an answer that did not fail came to its end. */
public enum FinishReason {
  /** The model ended its answer, or a stop sequence was met. */
  STOP,
  /** The caller's maximum, the last grant or the end of the context. */
  LENGTH,
  /** The caller or a hard drain cancelled it. */
  CANCELLED,
  /** A pause outlasted the engine's limit. */
  GRANT_TIMEOUT
}
