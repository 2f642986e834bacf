package dev.tollgate.inference.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bounds of sampling settings, the same for every engine. */
public final class SamplingRules {

  private static final int MOST_BIASES = 1024;
  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;

  private SamplingRules() {}

  /**
   * Refuses settings that are out of their bounds.
   *
   * @param vocabularySize the model has the token ids from 0 to one less
   * @throws RequestRefusedException if a setting is out of its bounds; the message names it and them
   */
  public static void check(Sampling sampling, int vocabularySize) throws RequestRefusedException {
    between("temperature", sampling.temperature(), 0, 2);
    between("top_p", sampling.topP(), Float.MIN_VALUE, 1);
    between("min_p", sampling.minP(), 0, 1);
    between("frequency_penalty", sampling.frequencyPenalty(), -2, 2);
    between("presence_penalty", sampling.presencePenalty(), -2, 2);
    if (sampling.repetitionPenalty() != 0) {
      between("repetition_penalty", sampling.repetitionPenalty(), 0.01f, 10);
    }
    checkBiases(sampling.logitBias(), vocabularySize);
    checkStops(sampling);
  }

  private static void checkBiases(Map<Integer, Float> biases, int vocabularySize)
      throws RequestRefusedException {
    if (biases.size() > MOST_BIASES) {
      throw RequestRefusedException.invalid("logit_bias may have " + MOST_BIASES + " entries at most");
    }
    for (Map.Entry<Integer, Float> bias : biases.entrySet()) {
      if (bias.getKey() < 0 || bias.getKey() >= vocabularySize) {
        throw RequestRefusedException.invalid("logit_bias names token id " + bias.getKey()
            + ", the model has ids 0 to " + (vocabularySize - 1));
      }
      between("logit_bias", bias.getValue(), -100, 100);
    }
  }

  private static void checkStops(Sampling sampling) throws RequestRefusedException {
    if (sampling.stop().size() > MOST_STOPS) {
      throw RequestRefusedException.invalid("stop may have " + MOST_STOPS + " sequences at most");
    }
    for (String stop : sampling.stop()) {
      if (stop.isEmpty() || stop.length() > LONGEST_STOP) {
        throw RequestRefusedException
            .invalid("a stop sequence must have 1 to " + LONGEST_STOP + " characters");
      }
    }
  }

  private static void between(String name, @Nullable Float value, float least, float most)
      throws RequestRefusedException {
    if (value != null && !(value >= least && value <= most)) {
      String bounds = least == Float.MIN_VALUE ? "above 0 and at most " + number(most)
          : "from " + number(least) + " to " + number(most);
      throw RequestRefusedException.invalid(name + " is " + value + ", it must be " + bounds);
    }
  }

  private static String number(float value) {
    return value == Math.rint(value) ? Integer.toString((int) value) : Float.toString(value);
  }
}
