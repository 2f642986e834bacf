package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStatistics;
import java.util.List;

/** Counts what the scheduler does. Written by its thread, read by any. */
final class Tally {

  private final int slots;
  private final long kvTokens;
  private long promptTokens;
  private long cachedPromptTokens;
  private long outputTokens;
  private long decodeSteps;
  private long cancelled;
  private long failed;
  private volatile EngineStatistics latest;

  Tally(int slots, long kvTokens) {
    this.slots = slots;
    this.kvTokens = kvTokens;
    this.latest = new EngineStatistics(0, 0, 0, slots, 0, 0, kvTokens, 0, 0, 0, 0, 0, 0, false);
  }

  EngineStatistics latest() {
    return latest;
  }

  void started(CpuSequence sequence) {
    promptTokens += sequence.promptTokens();
    cachedPromptTokens += sequence.cachedPromptTokens();
  }

  void produced() {
    outputTokens++;
  }

  void stepped() {
    decodeSteps++;
  }

  void cancelled() {
    cancelled++;
  }

  void failed() {
    failed++;
  }

  void publish(List<CpuSequence> waiting, List<CpuSequence> placed, long kvTokensUsed, boolean draining) {
    long outstanding = 0;
    for (CpuSequence sequence : waiting) {
      outstanding += sequence.outstanding();
    }
    int alive = 0;
    int going = 0;
    for (CpuSequence sequence : placed) {
      if (!sequence.ended()) {
        outstanding += sequence.outstanding();
        alive++;
        going += sequence.granted() && sequence.readerReady() ? 1 : 0;
      }
    }
    latest = new EngineStatistics(going, waiting.size(), alive - going, slots, outstanding, kvTokensUsed,
        kvTokens,
        promptTokens, cachedPromptTokens, outputTokens, decodeSteps, cancelled, failed, draining);
  }
}
