package dev.tollgate.inference.engine.tokens;

import dev.tollgate.inference.engine.text.StopMatcher;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of one answer, token by token: whole characters, and nothing that could still become a stop sequence.
 * Decodes a short window of tokens at a time, since how a token reads may depend on the one before it.
 */
public final class AnswerText {

  private static final int PROMPT_TOKENS_BEFORE = 4;
  /** So many tokens without one whole character are bytes that will never become one. */
  private static final int LONGEST_UNREADABLE = 16;
  private static final char UNREADABLE = '\ufffd';

  private final Vocabulary vocabulary;
  private final StopMatcher stops;
  private int[] window;
  private int size;
  private int read;
  private String before;

  AnswerText(Vocabulary vocabulary, int[] prompt, List<String> stops) {
    this.vocabulary = vocabulary;
    this.stops = new StopMatcher(stops);
    this.window = Arrays.copyOf(Arrays.copyOfRange(prompt, Math.max(0, prompt.length - PROMPT_TOKENS_BEFORE),
        prompt.length), 64);
    this.size = Math.min(PROMPT_TOKENS_BEFORE, prompt.length);
    this.read = size;
    this.before = vocabulary.decode(window, 0, size);
  }

  /** The text that became certain with this token. */
  public String add(int token) {
    if (size == window.length) {
      window = Arrays.copyOf(window, size * 2);
    }
    window[size++] = token;
    String now = vocabulary.decode(window, 0, size);
    boolean whole = now.length() > before.length() && now.charAt(now.length() - 1) != UNREADABLE;
    if (!whole && size - read < LONGEST_UNREADABLE) {
      return "";
    }
    String text = now.substring(Math.min(before.length(), now.length()));
    forgetAllButTheLast();
    return stops.add(text);
  }

  /** The tokens whose text is out now become what the next ones are read after. */
  private void forgetAllButTheLast() {
    System.arraycopy(window, read, window, 0, size - read);
    size -= read;
    read = size;
    before = vocabulary.decode(window, 0, size);
  }

  /** The stop sequence that was met, null so far. */
  public @Nullable String stopped() {
    return stops.matched();
  }

  /** What was held back, when no more tokens come. */
  public String end() {
    if (stopped() != null) {
      return "";
    }
    String now = vocabulary.decode(window, 0, size);
    return stops.add(now.substring(Math.min(before.length(), now.length()))) + stops.end();
  }
}
