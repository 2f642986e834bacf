package dev.tollgate.gateway.pipeline;

import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.Sampling;
import java.util.List;

/**
 * What a caller wants generated, whatever protocol it came by.
 *
 * @param endpoint the API path, for the usage record
 * @param prompts at least one; each is billed once, however many choices it has
 * @param choicesPerPrompt answers to each prompt, at least 1
 * @param maxOutputTokens per choice; 0 means up to the end of the context
 */
public record GenerationRequest(String endpoint, String model, List<Prompt> prompts, int choicesPerPrompt,
    Sampling sampling, int maxOutputTokens) {

  public GenerationRequest {
    prompts = List.copyOf(prompts);
  }

  /** The same of another model. */
  GenerationRequest of(String otherModel) {
    return new GenerationRequest(endpoint, otherModel, prompts, choicesPerPrompt, sampling, maxOutputTokens);
  }

  public int choices() {
    return prompts.size() * choicesPerPrompt;
  }
}
