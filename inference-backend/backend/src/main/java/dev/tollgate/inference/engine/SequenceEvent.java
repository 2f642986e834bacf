package dev.tollgate.inference.engine;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a sequence, in order: at most one Started, any Tokens, then one Finished, Failed,
 * Refused or NotResumed.
 */
public sealed interface SequenceEvent {

  /** The prompt got its slot; so many of its tokens were found in the KV cache. */
  record Started(int cachedPromptTokens) implements SequenceEvent {}

  /**
   * Sampled tokens and the text that became certain with them: whole characters, nothing that could still become a
   * stop sequence. Either may be empty.
   */
  record Tokens(TokenIds ids, String text) implements SequenceEvent {}

  /**
   * The end of an answer.
   *
   * @param outputTokens all sampled tokens, resumed ones included, the end token not among them
   * @param stopSequence the stop sequence that ended it, if one did
   */
  record Finished(FinishReason reason, int promptTokens, int cachedPromptTokens, int outputTokens,
      @Nullable String stopSequence) implements SequenceEvent {}

  /** The engine could not go on; nothing the caller did. */
  record Failed(String message) implements SequenceEvent {}

  /** A server that the engine asks would not take the request, or, where it is overloaded, not go on with it. */
  record Refused(Refusal refusal) implements SequenceEvent {}

  /** The engine is well but cannot go on with what another backend began; nothing of it was produced here. */
  record NotResumed(String message) implements SequenceEvent {}
}
