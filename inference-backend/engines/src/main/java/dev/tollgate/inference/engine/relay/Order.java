package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;

/**
 * What a runtime shall generate.
 *
 * @param prompt as it was asked, for runtimes that take conversations
 * @param ids what the model shall see: the prompt and the answer so far
 * @param outputSoFar how many of the ids at their end are the answer's
 * @param maxNewTokens most tokens to generate
 * @param seed for this run; another one where a run goes on with an answer
 * @param priority higher is more urgent, 0 is usual
 */
public record Order(Prompt prompt, TokenIds ids, int outputSoFar, int maxNewTokens, Sampling sampling,
    long seed,
    int priority, String cacheSalt) {

  public boolean continuesAnswer() {
    return outputSoFar > 0;
  }
}
