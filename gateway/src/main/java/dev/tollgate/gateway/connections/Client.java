package dev.tollgate.gateway.connections;

/** The client that waits for an answer. */
@FunctionalInterface
public interface Client {

  /**
   * Looks at the connection without blocking: one system call. A client that closed its sending side counts as gone,
   * as with other proxies.
   */
  boolean isGone();
}
