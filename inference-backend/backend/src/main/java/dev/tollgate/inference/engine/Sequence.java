package dev.tollgate.inference.engine;

/** The caller's hold on one accepted answer. All methods may be called from any thread and return at once. */
public interface Sequence {

  /** Exact length of the prompt, chat template and start token included. */
  int promptTokens();

  /** Most output tokens that the context has room for after this prompt. */
  int outputCapacity();

  void grant(Grant grant);

  /** Ends the sequence within one decoding step; it reports {@link FinishReason#CANCELLED} unless it ended before. */
  void cancel();

  /** The listener is ready again. */
  void wake();
}
