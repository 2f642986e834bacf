package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.TokenIds;
import java.util.Arrays;

/** Prompt and answer of one sequence, with what a runtime sent ahead of the grant at the end. */
final class KnownTokens {

  private final int promptTokens;
  private int[] ids;
  private int size;
  private int delivered;

  KnownTokens(int[] prompt, int[] resumed) {
    this.promptTokens = prompt.length;
    this.ids = Arrays.copyOf(prompt, prompt.length + resumed.length + 64);
    System.arraycopy(resumed, 0, ids, prompt.length, resumed.length);
    this.size = prompt.length + resumed.length;
    this.delivered = resumed.length;
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size + size / 2);
    }
    ids[size++] = id;
  }

  int promptTokens() {
    return promptTokens;
  }

  /** Output tokens that were handed on, resumed ones included. */
  int delivered() {
    return delivered;
  }

  /** Output tokens that are here but were not handed on. */
  int held() {
    return size - promptTokens - delivered;
  }

  /** Output tokens in all. */
  int output() {
    return size - promptTokens;
  }

  /** The first token that was not handed on; it is from now on. */
  int deliver() {
    return ids[promptTokens + delivered++];
  }

  /** The prompt and the first tokens of the answer. */
  TokenIds first(int outputTokens) {
    return TokenIds.of(Arrays.copyOf(ids, promptTokens + outputTokens));
  }
}
