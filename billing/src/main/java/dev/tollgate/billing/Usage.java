package dev.tollgate.billing;

/**
 * Tokens of one request by class, each counted once: cached prompt tokens are not part of {@code inputTokens} here,
 * whereas the OpenAI API reports them as a subset of the prompt.
 */
public record Usage(long inputTokens, long cachedInputTokens, long outputTokens) {

  public static final Usage NONE = new Usage(0, 0, 0);

  public Usage {
    if (inputTokens < 0 || cachedInputTokens < 0 || outputTokens < 0) {
      throw new IllegalArgumentException("Token counts must not be negative");
    }
  }

  /** From a prompt's length and how much of it was found in the cache. */
  public static Usage of(long promptTokens, long cachedPromptTokens, long outputTokens) {
    return new Usage(promptTokens - cachedPromptTokens, cachedPromptTokens, outputTokens);
  }

  public Usage plus(Usage other) {
    return new Usage(Math.addExact(inputTokens, other.inputTokens),
        Math.addExact(cachedInputTokens, other.cachedInputTokens),
        Math.addExact(outputTokens, other.outputTokens));
  }

  public long promptTokens() {
    return Math.addExact(inputTokens, cachedInputTokens);
  }

  public long rawTokens() {
    return Math.addExact(promptTokens(), outputTokens);
  }

  public long of(TokenClass tokenClass) {
    return switch (tokenClass) {
      case INPUT -> inputTokens;
      case INPUT_CACHED -> cachedInputTokens;
      case OUTPUT -> outputTokens;
    };
  }
}
