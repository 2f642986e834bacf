package dev.tollgate.inference.engine.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One decoding step over all runnable sequences: one token of each running answer, and chunks of the prompts that are
 * being read, shared out equally so that short prompts do not wait for long ones. Used by the scheduler's thread only.
 */
final class BatchStep {

  /** What became of a step. */
  enum Outcome {
    NOTHING_TO_DO, COMPUTED, FAILED
  }

  /** Takes each token as it is sampled. */
  interface Harvest {
    void sampled(CpuSequence sequence, int token);
  }

  private final LlamaContext context;
  private final CpuSettings settings;
  private final float[] logits;
  private final long[] scratch;
  private final List<CpuSequence> members = new ArrayList<>();
  private final List<CpuSequence> prompts = new ArrayList<>();
  private final List<CpuSequence> sampled = new ArrayList<>();
  private final int[] counts;
  private final int[] places;

  BatchStep(LlamaContext context, CpuSettings settings, int vocabularySize) {
    this.context = context;
    this.settings = settings;
    this.logits = new float[vocabularySize];
    this.scratch = new long[vocabularySize];
    this.counts = new int[settings.parallel()];
    this.places = new int[settings.parallel()];
  }

  /** The sequences that took part in the last step. */
  List<CpuSequence> members() {
    return members;
  }

  Outcome run(List<CpuSequence> runnable, Harvest harvest) {
    fill(runnable);
    if (members.isEmpty()) {
      return Outcome.NOTHING_TO_DO;
    }
    int threads = prompts.isEmpty() ? settings.decodeThreads() : settings.batchThreads();
    if (context.decode(threads) != 0) {
      return Outcome.FAILED;
    }
    for (int i = 0; i < members.size(); i++) {
      CpuSequence sequence = members.get(i);
      Slot slot = sequence.slot();
      for (int n = 0; slot != null && n < counts[i]; n++) {
        slot.append(sequence.token(slot.length()));
      }
    }
    for (int i = 0; i < sampled.size(); i++) {
      CpuSequence sequence = sampled.get(i);
      context.logits(places[i], logits);
      harvest.sampled(sequence, sequence.sampler().choose(logits, sequence.outputTokens(), scratch));
    }
    return Outcome.COMPUTED;
  }

  private void fill(List<CpuSequence> runnable) {
    context.clearBatch();
    members.clear();
    prompts.clear();
    sampled.clear();
    for (CpuSequence sequence : runnable) {
      if (sequence.uncomputed() == 1) {
        add(sequence, 1);
      } else {
        prompts.add(sequence);
      }
    }
    int budget = members.isEmpty() ? context.batchRoom()
        : Math.min(settings.prefillTokens(), context.batchRoom());
    prompts.sort(Comparator.comparingInt(CpuSequence::uncomputed));
    for (int i = 0; i < prompts.size() && budget > 0; i++) {
      CpuSequence sequence = prompts.get(i);
      int share = Math.max(1, budget / (prompts.size() - i));
      int count = Math.min(share, sequence.uncomputed());
      add(sequence, count);
      budget -= count;
    }
  }

  private void add(CpuSequence sequence, int count) {
    Slot slot = sequence.slot();
    if (slot == null) {
      return;
    }
    int from = slot.length();
    for (int position = from; position < from + count; position++) {
      boolean last = position == sequence.known() - 1;
      int place = context.add(sequence.token(position), position, slot.id, last);
      if (last) {
        places[sampled.size()] = place;
        sampled.add(sequence);
      }
    }
    counts[members.size()] = count;
    members.add(sequence);
  }
}
