package dev.tollgate.inference.engine.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One sequence's place in the KV cache and the tokens whose keys and values lie there. */
final class Slot {

  final int id;
  private int[] tokens = new int[256];
  private int length;
  private String salt = "";
  private long lastUsed;
  private @Nullable CpuSequence sequence;

  Slot(int id) {
    this.id = id;
  }

  int length() {
    return length;
  }

  long lastUsed() {
    return lastUsed;
  }

  @Nullable
  CpuSequence sequence() {
    return sequence;
  }

  boolean idle() {
    return sequence == null;
  }

  /** How many of a prompt's first tokens lie here and may be shared with it. */
  int shared(CpuSequence other, int most) {
    if (!salt.equals(other.salt())) {
      return 0;
    }
    int end = Math.min(length, most);
    int at = 0;
    while (at < end && tokens[at] == other.token(at)) {
      at++;
    }
    return at;
  }

  /** Gives the place to a sequence of which so many tokens are cached here already. */
  void take(CpuSequence next, int cached, long now) {
    ensure(cached);
    for (int i = 0; i < cached; i++) {
      tokens[i] = next.token(i);
    }
    length = cached;
    salt = next.salt();
    sequence = next;
    lastUsed = now;
  }

  void append(int token) {
    ensure(length + 1);
    tokens[length++] = token;
  }

  void release(long now) {
    sequence = null;
    lastUsed = now;
  }

  void empty() {
    length = 0;
  }

  private void ensure(int room) {
    if (room > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(room, tokens.length * 2));
    }
  }
}
