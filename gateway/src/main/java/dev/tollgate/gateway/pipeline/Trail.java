package dev.tollgate.gateway.pipeline;

/** What one request leaves behind: from its hold on its settlement tells how it ended, whatever happens. */
final class Trail {

  private boolean held;

  void held() {
    held = true;
  }

  boolean isHeld() {
    return held;
  }
}
