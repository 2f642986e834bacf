package dev.tollgate.inference.engine;

/** A request that an engine will not take, and why. */
public record Refusal(Code code, String message) {

  /** What kind of refusal; the lower-case name is what callers see on the wire. */
  public enum Code {
    /** The request contradicts itself, a bound or the model. */
    INVALID_REQUEST,
    /** The prompt leaves no room in the model's context. */
    CONTEXT_LENGTH_EXCEEDED,
    /** The queue is full; the same request may be taken later. */
    OVERLOADED,
    /** The engine takes no new work. */
    DRAINING
  }
}
