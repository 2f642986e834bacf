package dev.tollgate.inference.engine;

/** Hears of one sequence. Called on the engine's own thread, so both methods return at once and never throw. */
public interface SequenceListener {

  void on(SequenceEvent event);

  /**
   * Whether the next event can be taken without piling up. While it cannot, the sequence is left out of the batch;
   * {@link Sequence#wake()} tells the engine to look again.
   */
  default boolean ready() {
    return true;
  }
}
