package dev.tollgate.inference.engine.remote;

/** Whether the server could be reached last time. */
final class RemoteOutages {

  private volatile boolean away;

  void lost() {
    away = true;
  }

  void reached() {
    away = false;
  }

  boolean away() {
    return away;
  }
}
