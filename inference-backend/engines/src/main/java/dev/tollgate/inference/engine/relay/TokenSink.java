package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.Refusal;

/** Hears of one run: tokens, then one end or failure. */
public interface TokenSink {

  /** How a run ends that did not fail. */
  enum End {
    /** The model ended its answer. */
    STOP,
    /** All tokens that were ordered are there. */
    LENGTH
  }

  /**
   * The next tokens, in order. An end token may be among them, as the last.
   *
   * @param cachedPromptTokens of the ids ordered, how many were found in a cache; -1 if not known yet
   */
  void tokens(int[] ids, int cachedPromptTokens);

  /**
   * The run is over.
   *
   * @param cachedPromptTokens as above
   */
  void ended(End end, int cachedPromptTokens);

  /**
   * The run could not go on.
   *
   * @param message what went wrong, in one line, fit for a log and an operator
   */
  void failed(String message);

  /** The server that runs it would not take the run; nothing came of it. */
  void refused(Refusal refusal);

  /** Blocks a runtime that can wait until tokens are wanted again; returns false once the run is over. */
  boolean awaitDemand() throws InterruptedException;
}
