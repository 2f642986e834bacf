package dev.tollgate.inference.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How the next token is chosen. A null setting means the model's own default.
 *
 * @param temperature from 0 (always the likeliest token) to 2
 * @param topP smallest set of likeliest tokens whose probabilities reach this, above 0 to 1
 * @param topK how many of the likeliest tokens stay in play; 0 or less means all
 * @param minP tokens less likely than this share of the likeliest one fall out, 0 to 1
 * @param seed equal seeds give equal answers to equal requests
 * @param spareSeed stands in for a seed that was not given, where an answer may have to be drawn anew
 * @param repetitionPenalty divides the score of any token seen in prompt or answer; 0 and 1 mean none
 * @param logitBias added to the scores of single tokens, -100 to 100
 * @param stop the answer ends before the first of these
 * @param ignoreEnd never choose an end token
 */
public record Sampling(@Nullable Float temperature, @Nullable Float topP, @Nullable Integer topK,
    @Nullable Float minP, @Nullable Long seed, @Nullable Long spareSeed, float frequencyPenalty,
    float presencePenalty, float repetitionPenalty, Map<Integer, Float> logitBias, List<String> stop,
    ResponseFormat responseFormat,
    boolean ignoreEnd) {

  public Sampling {
    logitBias = Map.copyOf(logitBias);
    stop = List.copyOf(stop);
  }

  /** What to draw from: the seed, or the one in its stead, or any. */
  public long drawsFrom() {
    if (seed != null) {
      return seed;
    }
    return spareSeed != null ? spareSeed : ThreadLocalRandom.current().nextLong();
  }
}
