package dev.tollgate.inference.engine.gguf;

/** A file that is not a whole, well-formed GGUF model; the message says where it breaks and what to do. */
public final class GgufException extends Exception {

  private static final long serialVersionUID = 1L;

  public GgufException(String message) {
    super(message);
  }
}
