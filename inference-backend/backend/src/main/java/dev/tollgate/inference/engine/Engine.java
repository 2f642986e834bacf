package dev.tollgate.inference.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Generates tokens for one model. Every count comes from the model's own tokenizer. */
public interface Engine extends AutoCloseable {

  ModelDescription model();

  /**
   * The exact ids of a prompt, chat template and start token included. Does not wait for generation.
   *
   * @throws RequestRefusedException if the prompt is not one for this model
   */
  TokenIds tokenize(Prompt prompt) throws RequestRefusedException;

  /**
   * The text of ids; control tokens render as nothing.
   *
   * @throws RequestRefusedException if an id is not in the vocabulary
   */
  String detokenize(TokenIds ids) throws RequestRefusedException;

  /**
   * Accepts one answer. Nothing is computed before its first grant.
   *
   * @throws RequestRefusedException if the request is invalid or cannot be queued
   */
  Sequence submit(GenerationRequest request, SequenceListener listener) throws RequestRefusedException;

  EngineStatistics statistics();

  /** Whether sequences can be generated; false once the engine has broken for good. */
  boolean healthy();

  /** Whether it can generate right now; an engine over another server may have to wait until that one is back. */
  default boolean serving() {
    return healthy() && trouble().isEmpty();
  }

  /** Why it cannot generate right now, though it may again, and what helps: one line for its operator. */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /**
   * Takes no new work; the future completes when nothing runs any more.
   *
   * @param deadline after this the rest is cancelled; null waits for all
   */
  CompletableFuture<Void> drain(@Nullable Duration deadline);

  /** Ends what runs and frees the model. */
  @Override
  void close();
}
