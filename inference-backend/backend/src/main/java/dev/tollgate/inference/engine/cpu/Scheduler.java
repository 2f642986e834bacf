package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStatistics;
import dev.tollgate.inference.engine.FinishReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the KV cache: takes in sequences, gives them places by priority and arrival, runs decoding
 * steps over all that may go on, and ends them.
 */
final class Scheduler implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final int FAILURES_IN_A_ROW = 3;
  private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final CpuSettings settings;
  private final LlamaVocabulary vocabulary;
  private final SlotPool pool;
  private final BatchStep step;
  private final Tally tally;
  private final Queue<CpuSequence> arrivals = new ConcurrentLinkedQueue<>();
  private final List<CpuSequence> waiting = new ArrayList<>();
  private final List<CpuSequence> placed = new ArrayList<>();
  private final List<CpuSequence> runnable = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean draining;
  private volatile boolean closing;
  private volatile boolean broken;
  private volatile boolean stopped;
  private volatile long cancelAllAt = Long.MAX_VALUE;
  private int failures;

  Scheduler(String model, LlamaContext context, LlamaVocabulary vocabulary, CpuSettings settings,
      boolean byPosition) {
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.pool = new SlotPool(context, settings.parallel(), byPosition);
    this.step = new BatchStep(context, settings, vocabulary.size());
    this.tally = new Tally(settings.parallel(), (long) settings.parallel() * context.contextLength());
    this.thread = Thread.ofPlatform().name("engine-" + model).daemon(true).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** Whether one more sequence may come; each success must be followed by {@link #arrive}. */
  boolean reserve() {
    int most = settings.parallel() + settings.queueLimit();
    return accepted.getAndUpdate(count -> count < most ? count + 1 : count) < most;
  }

  /** Gives a reservation back that came to nothing. */
  void unreserve() {
    accepted.decrementAndGet();
    wake();
  }

  void arrive(CpuSequence sequence) {
    arrivals.add(sequence);
    wake();
    if (stopped && arrivals.remove(sequence)) {
      end(sequence, () -> sequence.fail("the engine has stopped"));
    }
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  boolean draining() {
    return draining;
  }

  boolean healthy() {
    return !broken && !closing;
  }

  EngineStatistics statistics() {
    return tally.latest();
  }

  CompletableFuture<Void> drain(@Nullable Duration deadline) {
    if (deadline != null) {
      cancelAllAt = Math.min(cancelAllAt, System.nanoTime() + deadline.toNanos());
    }
    draining = true;
    wake();
    return drained;
  }

  /** Ends all sequences and waits for the thread to stop; the KV cache may be freed then. */
  void close() {
    closing = true;
    draining = true;
    wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      while (!closing) {
        turn();
      }
    } catch (Throwable e) {
      broken = true;
      log.error("the engine has broken", e);
    }
    broken |= !closing;
    stopped = true;
    intake();
    endAll();
    drained.complete(null);
  }

  private void turn() {
    intake();
    long now = System.nanoTime();
    endIdle(now);
    admit(now);
    collectRunnable(now);
    BatchStep.Outcome outcome = step.run(runnable, this::sampled);
    switch (outcome) {
      case COMPUTED -> {
        failures = 0;
        tally.stepped();
      }
      case FAILED -> failStep();
      case NOTHING_TO_DO -> {
      }
    }
    tally.publish(waiting, placed, pool.tokens(), draining);
    if (draining && accepted.get() == 0) {
      drained.complete(null);
    }
    if (outcome == BatchStep.Outcome.NOTHING_TO_DO && arrivals.isEmpty()) {
      LockSupport.parkNanos(LONGEST_SLEEP_NANOS);
    }
  }

  private void intake() {
    CpuSequence next = arrivals.poll();
    while (next != null) {
      waiting.add(next);
      next = arrivals.poll();
    }
  }

  /** Ends what was cancelled, what has all it may have, and what has waited for its caller too long. */
  private void endIdle(long now) {
    boolean cancelAll = draining && now - cancelAllAt >= 0 && cancelAllAt != Long.MAX_VALUE;
    endIdle(waiting, now, cancelAll);
    endIdle(placed, now, cancelAll);
  }

  private void endIdle(List<CpuSequence> sequences, long now, boolean cancelAll) {
    Iterator<CpuSequence> all = sequences.iterator();
    while (all.hasNext()) {
      CpuSequence sequence = all.next();
      FinishReason reason = reasonToEnd(sequence, now, cancelAll);
      if (reason != null) {
        finish(sequence, reason);
      }
      if (sequence.ended()) {
        all.remove();
      }
    }
  }

  private @Nullable FinishReason reasonToEnd(CpuSequence sequence, long now, boolean cancelAll) {
    if (sequence.ended()) {
      return null;
    }
    if (sequence.cancelled() || cancelAll) {
      return FinishReason.CANCELLED;
    }
    if (sequence.stopped()) {
      return FinishReason.STOP;
    }
    if (sequence.exhausted()) {
      return FinishReason.LENGTH;
    }
    boolean grantLate = !sequence.granted() && sequence.idleNanos(now) > settings.pauseLimit().toNanos();
    boolean readerLate = sequence.granted() && sequence.slot() != null
        && sequence.idleNanos(now) > settings.stallLimit().toNanos();
    return grantLate || readerLate ? FinishReason.GRANT_TIMEOUT : null;
  }

  private void admit(long now) {
    while (!waiting.isEmpty() && pool.anyIdle()) {
      CpuSequence next = null;
      for (CpuSequence sequence : waiting) {
        if (sequence.granted() && (next == null || sequence.priority() > next.priority())) {
          next = sequence;
        }
      }
      if (next == null) {
        return;
      }
      waiting.remove(next);
      int cached = pool.assign(next, now);
      next.moved(now);
      next.started(cached);
      tally.started(next);
      placed.add(next);
    }
  }

  private void collectRunnable(long now) {
    runnable.clear();
    for (CpuSequence sequence : placed) {
      if (sequence.granted() && sequence.readerReady()) {
        sequence.moved(now);
        runnable.add(sequence);
      }
    }
  }

  private void sampled(CpuSequence sequence, int token) {
    if (token == TokenSampler.NOTHING || vocabulary.isEnd(token)
        || (settings.controlTokensEnd() && vocabulary.isControl(token))) {
      finish(sequence, FinishReason.STOP);
      return;
    }
    tally.produced();
    if (sequence.produce(token)) {
      finish(sequence, FinishReason.STOP);
    } else if (sequence.exhausted()) {
      finish(sequence, FinishReason.LENGTH);
    }
  }

  private void failStep() {
    log.error("a decoding step of {} sequences failed", step.members().size());
    for (CpuSequence sequence : List.copyOf(step.members())) {
      Slot slot = sequence.slot();
      if (slot != null) {
        pool.empty(slot);
      }
      end(sequence, () -> sequence.fail("the engine could not compute a step"));
      tally.failed();
    }
    if (++failures >= FAILURES_IN_A_ROW) {
      throw new IllegalStateException(failures + " decoding steps in a row failed");
    }
  }

  private void finish(CpuSequence sequence, FinishReason reason) {
    if (reason == FinishReason.CANCELLED) {
      tally.cancelled();
    }
    end(sequence, () -> sequence.finish(reason));
  }

  private void end(CpuSequence sequence, Runnable ending) {
    Slot slot = sequence.slot();
    if (slot != null) {
      slot.release(System.nanoTime());
    }
    // Before the listener hears of the end, so that its next request finds the place free.
    accepted.decrementAndGet();
    ending.run();
  }

  private void endAll() {
    List<CpuSequence> rest = new ArrayList<>(waiting);
    rest.addAll(placed);
    for (CpuSequence sequence : rest) {
      if (!sequence.ended()) {
        if (broken) {
          end(sequence, () -> sequence.fail("the engine has broken"));
        } else {
          finish(sequence, FinishReason.CANCELLED);
        }
      }
    }
    tally.publish(List.of(), List.of(), 0, true);
  }
}
