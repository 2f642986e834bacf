package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.EngineStatistics;
import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.SequenceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread to which all sequences of an engine belong. Whatever happens to them, from callers or from the
 * runtime, comes through its queue; it never waits for anything else.
 */
final class RelayLoop implements EventLoop.Work {

  private static final Logger log = LoggerFactory.getLogger(RelayLoop.class);

  private final int vocabularySize;
  private final RelaySettings settings;
  private final TokenRuntime runtime;
  private final RelayTally tally;
  private final Set<RelaySequence> waiting = new LinkedHashSet<>();
  private final Set<RelaySequence> placed = new LinkedHashSet<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final EventLoop loop;
  private volatile boolean draining;
  private volatile long cancelAllAt = Long.MAX_VALUE;

  RelayLoop(String model, int vocabularySize, RelaySettings settings, TokenRuntime runtime) {
    this.vocabularySize = vocabularySize;
    this.settings = settings;
    this.runtime = runtime;
    this.tally = new RelayTally(settings.parallel());
    this.loop = new EventLoop("engine-" + model, this);
  }

  void start() {
    loop.start();
  }

  /** Whether one more sequence may come; each success must be followed by {@link #arrive} or {@link #unreserve}. */
  boolean reserve() {
    int most = settings.parallel() + settings.limits().queueLimit();
    return accepted.getAndUpdate(count -> count < most ? count + 1 : count) < most;
  }

  void unreserve() {
    accepted.decrementAndGet();
  }

  void arrive(RelaySequence sequence) {
    post(() -> {
      if (!loop.goesOn()) {
        end(sequence, () -> sequence.end(new SequenceEvent.Failed("the engine has stopped")));
      } else {
        waiting.add(sequence);
        look(sequence);
      }
    });
  }

  void wake(RelaySequence sequence) {
    post(() -> look(sequence));
  }

  void post(Runnable event) {
    loop.post(event);
  }

  boolean draining() {
    return draining;
  }

  boolean healthy() {
    return loop.goesOn();
  }

  EngineStatistics statistics() {
    return tally.latest();
  }

  CompletableFuture<Void> drain(@Nullable Duration deadline) {
    if (deadline != null) {
      cancelAllAt = Math.min(cancelAllAt, System.nanoTime() + deadline.toNanos());
    }
    draining = true;
    return drained;
  }

  /** Ends all sequences and waits for the thread to stop. */
  void close() {
    draining = true;
    loop.close();
  }

  @Override
  public void settle() {
    tally.publish(waiting, placed, runtime.load(), draining);
    if (draining && accepted.get() == 0) {
      drained.complete(null);
    }
  }

  @Override
  public void tick(long now) {
    boolean cancelAll = draining && cancelAllAt != Long.MAX_VALUE && now - cancelAllAt >= 0;
    List<RelaySequence> all = new ArrayList<>(waiting);
    all.addAll(placed);
    for (RelaySequence sequence : all) {
      if (cancelAll) {
        sequence.cancel();
      }
      boolean grantLate = !sequence.granted()
          && sequence.idleNanos(now) > settings.limits().pauseLimit().toNanos();
      boolean readerLate = sequence.granted() && !sequence.readerReady() && placed.contains(sequence)
          && sequence.idleNanos(now) > settings.limits().stallLimit().toNanos();
      if (!sequence.ended() && (grantLate || readerLate)) {
        finish(sequence, FinishReason.GRANT_TIMEOUT);
      } else {
        look(sequence);
      }
    }
    fillPlaces();
  }

  /** Moves a sequence on as far as it can go now. */
  private void look(RelaySequence sequence) {
    if (sequence.ended()) {
      return;
    }
    String lost = sequence.beginning().lost(System.nanoTime(), settings.resumeLimit());
    if (lost != null) {
      end(sequence, () -> sequence.end(new SequenceEvent.NotResumed(lost)));
      return;
    }
    if (sequence.granted() && sequence.readerReady() && sequence.run() != null) {
      sequence.moved(System.nanoTime());
    }
    if (sequence.readerReady()) {
      int count = sequence.deliver();
      if (count > 0) {
        tally.produced(count);
        sequence.moved(System.nanoTime());
      }
    }
    FinishReason reason = reasonToEnd(sequence);
    if (reason != null) {
      finish(sequence, reason);
    } else if (placed.contains(sequence)) {
      keepRunning(sequence);
    } else {
      fillPlaces();
    }
  }

  private static @Nullable FinishReason reasonToEnd(RelaySequence sequence) {
    if (sequence.cancelled()) {
      return FinishReason.CANCELLED;
    }
    if (sequence.stopped() || sequence.drained() == TokenSink.End.STOP) {
      return FinishReason.STOP;
    }
    return sequence.exhausted() || sequence.drained() == TokenSink.End.LENGTH ? FinishReason.LENGTH : null;
  }

  private void keepRunning(RelaySequence sequence) {
    RelayRun run = sequence.run();
    if (run == null) {
      if (sequence.wantsRun()) {
        begin(sequence);
      }
    } else if (runtime.continues() && sequence.mayBeCut()) {
      if (sequence.holdsMoreThan(settings.runAhead())) {
        sequence.leavesRun();
      }
    } else {
      run.demand(!sequence.holdsMoreThan(settings.runAhead()));
    }
  }

  private void fillPlaces() {
    while (loop.goesOn() && placed.size() < settings.parallel()) {
      RelaySequence next = null;
      for (RelaySequence sequence : waiting) {
        if (sequence.granted() && (next == null || sequence.priority() > next.priority())) {
          next = sequence;
        }
      }
      if (next == null) {
        return;
      }
      waiting.remove(next);
      placed.add(next);
      next.moved(System.nanoTime());
      keepRunning(next);
    }
  }

  private void begin(RelaySequence sequence) {
    if (!sequence.begun()) {
      tally.started(sequence.promptTokens());
    }
    RelayRun run = new RelayRun(this, sequence);
    Order order = sequence.order();
    sequence.begins(run);
    try {
      run.runs(runtime.begin(order, run));
    } catch (RuntimeException e) {
      log.error("the runtime refused a run", e);
      runFailed(sequence, run, "the runtime refused the request: " + e.getMessage());
    }
  }

  void received(RelaySequence sequence, RelayRun run, int[] ids, int cachedPromptTokens) {
    if (sequence.run() != run) {
      return;
    }
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize) {
        runFailed(sequence, run, "the runtime sent token id " + id + ", which the tokenizer does not have");
        return;
      }
    }
    tellCached(sequence, cachedPromptTokens);
    sequence.received(ids);
    sequence.tellStarted();
    look(sequence);
  }

  void runEnded(RelaySequence sequence, RelayRun run, TokenSink.End end, int cachedPromptTokens) {
    if (sequence.run() == run) {
      tellCached(sequence, cachedPromptTokens);
      sequence.runEnded(end);
      sequence.tellStarted();
      look(sequence);
    }
  }

  /** Only the first run finds the prompt in a cache that others filled; later ones find what it left there. */
  private void tellCached(RelaySequence sequence, int cachedPromptTokens) {
    if (cachedPromptTokens >= 0 && sequence.firstRun()) {
      int before = sequence.cachedPromptTokens();
      sequence.cached(cachedPromptTokens);
      tally.cached(sequence.cachedPromptTokens() - before);
    }
  }

  void runFailed(RelaySequence sequence, RelayRun run, String message) {
    runOver(sequence, run, new SequenceEvent.Failed(message));
  }

  void runOver(RelaySequence sequence, RelayRun run, SequenceEvent last) {
    if (sequence.run() == run && !sequence.ended()) {
      if (last instanceof SequenceEvent.Failed) {
        tally.failed();
      }
      end(sequence, () -> sequence.end(last));
    }
  }

  private void finish(RelaySequence sequence, FinishReason reason) {
    if (reason == FinishReason.CANCELLED) {
      tally.cancelled();
    }
    end(sequence, () -> sequence.finish(reason));
  }

  private void end(RelaySequence sequence, Runnable ending) {
    waiting.remove(sequence);
    placed.remove(sequence);
    // Before the listener hears of the end, so that its next request finds the place free.
    accepted.decrementAndGet();
    ending.run();
    fillPlaces();
  }

  @Override
  public void end() {
    List<RelaySequence> rest = new ArrayList<>(waiting);
    rest.addAll(placed);
    waiting.clear();
    for (RelaySequence sequence : rest) {
      if (loop.broken()) {
        end(sequence, () -> sequence.end(new SequenceEvent.Failed("the engine has broken")));
      } else {
        finish(sequence, FinishReason.CANCELLED);
      }
    }
    tally.publish(List.of(), List.of(), runtime.load(), true);
    drained.complete(null);
  }
}
