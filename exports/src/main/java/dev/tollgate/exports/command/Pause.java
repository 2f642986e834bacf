package dev.tollgate.exports.command;

import java.time.Duration;

/** What passes between two looks at something that others work on. */
@FunctionalInterface
public interface Pause {

  /** A second. */
  Pause SECOND = () -> {
    try {
      Thread.sleep(Duration.ofSeconds(1));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  };

  /** Lets it pass; false if nobody wants to wait any more. */
  boolean passes();
}
