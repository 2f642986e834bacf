package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.ApiProperties;
import dev.tollgate.gateway.api.JsonFields;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.TokenIds;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of {@code POST /v1/completions}: one prompt or several, as text or as token ids. */
@Component
final class CompletionRequests {

  static final String ENDPOINT = "/v1/completions";

  private static final int MAX_TOKEN_IDS = 1 << 20;
  /** What OpenAI takes where the caller sets none. */
  private static final long DEFAULT_MAX_TOKENS = 16;

  private final ApiProperties limits;

  CompletionRequests(ApiProperties limits) {
    this.limits = limits;
  }

  GenerationCall read(ObjectNode body) {
    var fields = new JsonFields(body);
    String model = CommonFields.model(fields);
    List<Prompt> prompts = prompts(fields.node("prompt"));
    fields.refuse(Set.of("echo", "suffix"), "is not supported here");
    Long bestOf = fields.integer("best_of", 1, limits.maxChoices());
    Long n = fields.integer("n", 1, limits.maxChoices());
    if (bestOf != null && bestOf != (n == null ? 1 : n)) {
      throw JsonFields.wrong("best_of", "is only supported when it equals n");
    }
    Long maxTokens = CommonFields.maxTokens(fields, "max_tokens");
    return CommonFields.call(fields, ENDPOINT, model, prompts, SamplingFields.read(fields).build(),
        maxTokens == null ? DEFAULT_MAX_TOKENS : maxTokens, limits);
  }

  private List<Prompt> prompts(@Nullable JsonNode node) {
    if (node == null) {
      throw JsonFields.wrong("prompt",
          "you must provide a string, an array of strings or an array of token ids");
    }
    if (node.isString()) {
      return List.of(text(node, "prompt"));
    }
    boolean ids = node.isArray() && !node.isEmpty() && node.get(0).isNumber();
    List<Prompt> prompts = ids ? List.of(tokens(node, "prompt"))
        : JsonFields.list(node, "prompt", limits.maxChoices(), this::prompt);
    if (prompts.isEmpty()) {
      throw JsonFields.wrong("prompt", "you must provide at least one prompt");
    }
    return prompts;
  }

  private Prompt prompt(JsonNode node, String path) {
    return node.isArray() ? tokens(node, path) : text(node, path);
  }

  private static Prompt text(JsonNode node, String path) {
    return Prompt.newBuilder().setText(JsonFields.text(node, path)).build();
  }

  private static Prompt tokens(JsonNode node, String path) {
    List<Integer> ids = JsonFields.list(node, path, MAX_TOKEN_IDS,
        (element, where) -> (int) JsonFields.integer(element, where, 0, Integer.MAX_VALUE));
    if (ids.isEmpty()) {
      throw JsonFields.wrong(path, "you must provide at least one token id");
    }
    return Prompt.newBuilder().setTokenIds(TokenIds.newBuilder().addAllIds(ids)).build();
  }
}
