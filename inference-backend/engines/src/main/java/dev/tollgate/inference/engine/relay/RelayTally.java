package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.EngineStatistics;
import java.util.Collection;

/** Counts what the loop does. Written by its thread, read by any. */
final class RelayTally {

  private final int slots;
  private long promptTokens;
  private long cachedPromptTokens;
  private long outputTokens;
  private long arrivals;
  private long cancelled;
  private long failed;
  private volatile EngineStatistics latest;

  RelayTally(int slots) {
    this.slots = slots;
    this.latest = new EngineStatistics(0, 0, 0, slots, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);
  }

  EngineStatistics latest() {
    return latest;
  }

  void started(int prompt) {
    promptTokens += prompt;
  }

  void cached(int tokens) {
    cachedPromptTokens += tokens;
  }

  void produced(int tokens) {
    outputTokens += tokens;
    arrivals++;
  }

  void cancelled() {
    cancelled++;
  }

  void failed() {
    failed++;
  }

  void publish(Collection<RelaySequence> waiting, Collection<RelaySequence> placed, RuntimeLoad load,
      boolean draining) {
    long outstanding = 0;
    for (RelaySequence sequence : waiting) {
      outstanding += sequence.outstanding();
    }
    int going = 0;
    for (RelaySequence sequence : placed) {
      outstanding += sequence.outstanding();
      going += sequence.paused() ? 0 : 1;
    }
    latest = new EngineStatistics(going, waiting.size(), placed.size() - going, slots, outstanding,
        load.kvTokensUsed(),
        load.kvTokensTotal(), promptTokens, cachedPromptTokens, outputTokens, arrivals, cancelled, failed,
        draining);
  }
}
