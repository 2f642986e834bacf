package dev.tollgate.inference.server;

/** The command line is wrong; the message says in one line what to do. */
final class OptionsException extends Exception {

  private static final long serialVersionUID = 1L;

  OptionsException(String message) {
    super(message);
  }
}
