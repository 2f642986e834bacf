package dev.tollgate.db;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscriber, and whether it has missed something. Used by the feed's thread alone. */
final class Subscription {

  private static final Logger log = LoggerFactory.getLogger(Subscription.class);

  private final String topic;
  private final Consumer<String> onChange;
  private final Runnable onReconnect;
  private boolean stale;

  Subscription(String topic, Consumer<String> onChange, Runnable onReconnect) {
    this.topic = topic;
    this.onChange = onChange;
    this.onReconnect = onReconnect;
  }

  void deliver(String changedTopic, String detail) {
    if (stale || !topic.equals(changedTopic)) {
      return;
    }
    try {
      onChange.accept(detail);
    } catch (RuntimeException e) {
      log.warn("A subscriber of {} failed on change {}; it is told to read everything again", topic, detail,
          e);
      stale = true;
    }
  }

  void markStale() {
    stale = true;
  }

  /** Returns whether it is up to date now. */
  boolean catchUp() {
    if (!stale) {
      return true;
    }
    try {
      onReconnect.run();
      stale = false;
    } catch (RuntimeException e) {
      log.warn("A subscriber of {} failed to read everything again; it is asked once more soon", topic, e);
    }
    return !stale;
  }
}
