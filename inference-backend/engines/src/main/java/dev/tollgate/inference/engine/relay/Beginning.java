package dev.tollgate.inference.engine.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of an answer that another backend has sent, for a runtime that cannot be set into the middle of it: the
 * answer is generated anew, and what was sent is compared and not sent again.
 */
final class Beginning {

  private final int[] sent;
  private int repeated;
  private boolean differs;
  private boolean runs;
  private long since;

  Beginning(int[] sent) {
    this.sent = sent;
  }

  /** Of an answer that begins here, or is gone on with where it was. */
  static Beginning none() {
    return new Beginning(new int[0]);
  }

  /** A run that generates it has begun. */
  void runs(long now) {
    runs = true;
    since = now;
  }

  /** Whether some of it has not been generated again yet. */
  boolean isOpen() {
    return repeated < sent.length;
  }

  int left() {
    return sent.length - repeated;
  }

  /** Takes what comes in the place of the next token that was sent. */
  void take(int id) {
    if (!differs && sent[repeated] == id) {
      repeated++;
    } else {
      differs = true;
    }
  }

  /** The runtime has ended the answer. */
  void ended() {
    differs |= isOpen();
  }

  /** Why the answer cannot be gone on with; null as long as it can. */
  @Nullable
  String lost(long now, Duration limit) {
    if (differs) {
      return "the answer differs from the one that was begun, after " + repeated + " of " + sent.length
          + " tokens";
    }
    return runs && isOpen() && now - since > limit.toNanos()
        ? repeated + " of " + sent.length + " tokens were generated again within " + limit.toMillis() + " ms"
        : null;
  }
}
