package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.Sampling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next token of one sequence. The order is that of llama.cpp's usual chain: logit bias, penalties,
 * grammar, top-k, top-p, min-p, temperature, draw. The draw depends on seed and place in the answer alone, so an
 * answer is the same in any batch and goes on unchanged on another backend. Used by one thread at a time.
 */
final class TokenSampler implements AutoCloseable {

  /** No token may follow: the grammar has come to an end. */
  static final int NOTHING = -1;

  /** Scores this far below the best have a probability that a float cannot tell from 0. */
  private static final float NEGLIGIBLE = 25f;

  private final LlamaVocabulary vocabulary;
  private final Sampling sampling;
  private final float temperature;
  private final float topP;
  private final int topK;
  private final float minP;
  private final long seed;
  private final @Nullable GrammarConstraint grammar;
  private final Map<Integer, Integer> outputCounts = new HashMap<>();
  private final Set<Integer> seen = new HashSet<>();
  private final boolean repetitionMatters;
  private final boolean countsMatter;

  TokenSampler(LlamaVocabulary vocabulary, Sampling sampling, SamplingDefaults defaults, long seed,
      @Nullable GrammarConstraint grammar) {
    this.vocabulary = vocabulary;
    this.sampling = sampling;
    this.temperature = sampling.temperature() == null ? defaults.temperature() : sampling.temperature();
    this.topP = sampling.topP() == null ? defaults.topP() : sampling.topP();
    this.topK = sampling.topK() == null ? defaults.topK() : sampling.topK();
    this.minP = sampling.minP() == null ? defaults.minP() : sampling.minP();
    this.seed = seed;
    this.grammar = grammar;
    this.repetitionMatters = sampling.repetitionPenalty() != 0 && sampling.repetitionPenalty() != 1;
    this.countsMatter = sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0;
  }

  /** Tells of a prompt's token, which the repetition penalty counts. */
  void sawPrompt(int token) {
    if (repetitionMatters) {
      seen.add(token);
    }
  }

  /**
   * Tells of an output token that was chosen elsewhere.
   *
   * @return whether the grammar allows it there
   */
  boolean resume(int token) {
    if (grammar != null) {
      if (!grammar.allows(token)) {
        return false;
      }
      grammar.accept(token);
    }
    count(token);
    return true;
  }

  /**
   * Chooses the token at a place of the answer.
   *
   * @param logits scores of all tokens; changed by the call
   * @param scratch room for one long per token
   */
  int choose(float[] logits, int place, long[] scratch) {
    adjust(logits);
    int token = draw(logits, place, scratch);
    if (grammar != null) {
      if (token != NOTHING && !grammar.allows(token)) {
        grammar.mask(logits);
        token = draw(logits, place, scratch);
      }
      if (token != NOTHING && !vocabulary.isEnd(token)) {
        grammar.accept(token);
      }
    }
    count(token);
    return token;
  }

  private void count(int token) {
    if (countsMatter) {
      outputCounts.merge(token, 1, Integer::sum);
    }
    if (repetitionMatters) {
      seen.add(token);
    }
  }

  private void adjust(float[] logits) {
    for (Map.Entry<Integer, Float> bias : sampling.logitBias().entrySet()) {
      logits[bias.getKey()] += bias.getValue();
    }
    for (int token : seen) {
      if (vocabulary.contains(token)) {
        float logit = logits[token];
        logits[token] = logit > 0 ? logit / sampling.repetitionPenalty()
            : logit * sampling.repetitionPenalty();
      }
    }
    outputCounts.forEach((token, times) -> {
      if (vocabulary.contains(token)) {
        logits[token] -= times * sampling.frequencyPenalty() + sampling.presencePenalty();
      }
    });
    if (sampling.ignoreEnd()) {
      vocabulary.forEachEnding(token -> logits[token] = Float.NEGATIVE_INFINITY);
    }
  }

  private int draw(float[] logits, int place, long[] scratch) {
    int best = best(logits);
    if (best == NOTHING || temperature <= 0 || topK == 1) {
      return best;
    }
    float max = logits[best];
    float floor = max - NEGLIGIBLE * Math.max(1, temperature);
    int count = 0;
    for (int token = 0; token < logits.length; token++) {
      if (logits[token] >= floor) {
        scratch[count++] = pack(logits[token], token);
      }
    }
    if (topK > 0 || topP < 1 || minP > 0) {
      Arrays.sort(scratch, 0, count);
      count = cut(scratch, count, max);
    }
    return pick(scratch, count, max, uniform(place));
  }

  private static int best(float[] logits) {
    int best = NOTHING;
    float max = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < logits.length; token++) {
      if (logits[token] > max) {
        max = logits[token];
        best = token;
      }
    }
    return best;
  }

  /** How many of the sorted candidates stay. */
  private int cut(long[] sorted, int count, float max) {
    int kept = topK > 0 ? Math.min(topK, count) : count;
    if (topP < 1) {
      double sum = 0;
      for (int i = 0; i < kept; i++) {
        sum += Math.exp(logit(sorted[i]) - max);
      }
      double reached = 0;
      for (int i = 0; i < kept; i++) {
        reached += Math.exp(logit(sorted[i]) - max);
        if (reached >= topP * sum) {
          return likely(sorted, i + 1, max);
        }
      }
    }
    return likely(sorted, kept, max);
  }

  private int likely(long[] sorted, int count, float max) {
    double floor = minP > 0 ? max + Math.log(minP) : Double.NEGATIVE_INFINITY;
    int kept = count;
    while (kept > 1 && logit(sorted[kept - 1]) < floor) {
      kept--;
    }
    return kept;
  }

  private int pick(long[] candidates, int count, float max, double uniform) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp((logit(candidates[i]) - max) / temperature);
    }
    double left = uniform * sum;
    for (int i = 0; i < count; i++) {
      left -= Math.exp((logit(candidates[i]) - max) / temperature);
      if (left < 0) {
        return (int) candidates[i];
      }
    }
    return (int) candidates[count - 1];
  }

  /** Orders by falling score, then by rising id, when compared as a long. */
  private static long pack(float logit, int token) {
    int bits = Float.floatToRawIntBits(logit);
    int ordered = bits >= 0 ? bits : bits ^ 0x7fffffff;
    return ((long) ~ordered << 32) | token;
  }

  private static float logit(long packed) {
    int ordered = ~(int) (packed >> 32);
    return Float.intBitsToFloat(ordered >= 0 ? ordered : ordered ^ 0x7fffffff);
  }

  /** SplitMix64 of seed and place: from 0 up to but not 1. */
  private double uniform(int place) {
    long z = seed + 0x9e3779b97f4a7c15L * (place + 1L);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }

  @Override
  public void close() {
    if (grammar != null) {
      grammar.close();
    }
  }
}
