package dev.tollgate.inference.engine.relay;

import java.util.Optional;

/** Something that generates tokens and cannot be paused, only cancelled. All methods may be called from any thread. */
public interface TokenRuntime extends AutoCloseable {

  /**
   * Begins to generate and returns at once.
   *
   * @param sink hears of the tokens, on any thread, one call at a time; never before this method has returned a run
   *     that it can be told apart by
   */
  Run begin(Order order, TokenSink sink);

  /** Whether a run that was cancelled can be gone on with by another whose prompt ends with its tokens. */
  boolean continues();

  /** What the runtime tells of its own load. */
  RuntimeLoad load();

  /** Whether it can still generate; false once it has broken for good. */
  boolean healthy();

  /** Why it cannot generate right now, though it may again, and what helps: one line for its operator. */
  Optional<String> trouble();

  /** Frees the runtime. No sink is called any more when this returns. */
  @Override
  void close();

  /** What is generated for one order. */
  interface Run {

    /** Stops it; its sink may still be called, and is not listened to. */
    void cancel();
  }
}
