package dev.tollgate.inference.engine.tensorrtllm;

/** The library answered with an error; the message is its own. */
final class TritonException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TritonException(String message) {
    super(message);
  }
}
