package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Set;

/**
 * What a request wants of a backend.
 *
 * @param affinity requests with the same number begin alike and are sent the same way where that costs nobody anything
 * @param tokens prompt and answer, about; only to compare requests and loads with
 * @param failed backends that are not to be asked, because they have failed it
 * @param running whether it had a place already: its client waits for nobody else
 */
public record Demand(String model, TenantId tenant, Standing standing, long affinity, long tokens,
    Set<Backend> failed, boolean running) {

  /**
   * A request that nobody has been asked for yet.
   *
   * @param choices answers in all
   * @param maxOutputTokens of each; 0 for as many as the context holds
   */
  public static Demand of(String model, TenantId tenant, Standing standing, List<Prompt> prompts, int choices,
      long maxOutputTokens) {
    long tokens = Backend.EXPECTED_OUTPUT;
    if (maxOutputTokens > 0) {
      tokens = Math.min(tokens, maxOutputTokens);
    }
    tokens *= choices;
    for (Prompt prompt : prompts) {
      tokens += PromptPrefix.roughTokens(prompt);
    }
    return new Demand(model, tenant, standing, PromptPrefix.of(tenant, prompts.getFirst()), tokens, Set.of(),
        false);
  }

  /** The same request, after some backends have failed it: it is not to wait any more. */
  public Demand after(Set<Backend> newlyFailed) {
    return new Demand(model, tenant, standing, affinity, tokens, Set.copyOf(newlyFailed), true);
  }
}
