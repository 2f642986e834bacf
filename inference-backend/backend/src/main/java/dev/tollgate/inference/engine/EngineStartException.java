package dev.tollgate.inference.engine;

/** The engine cannot start; the message says why in one line and what to do. */
public final class EngineStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public EngineStartException(String message) {
    super(message);
  }
}
