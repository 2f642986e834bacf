package dev.tollgate.inference.server;

/** How the process ends. */
enum ExitCode {
  /** Drained, or asked for help. */
  DONE(0),
  /** A flag is wrong. */
  USAGE(2),
  /** A library or model is missing or unusable. */
  ENGINE_CANNOT_START(3),
  /** The address or the port file cannot be had. */
  CANNOT_LISTEN(4),
  /** The process that this one served has ended. */
  PARENT_GONE(5),
  /** The engine broke while it ran; a new process may do better. */
  ENGINE_BROKEN(70);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** Ends the process at once, without shutdown hooks: native threads may be in the middle of a step. */
  void halt() {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }
}
