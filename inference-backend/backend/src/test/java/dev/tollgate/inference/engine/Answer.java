package dev.tollgate.inference.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Gathers what an engine tells of one sequence. */
public final class Answer implements SequenceListener {

  private final List<SequenceEvent> events = new ArrayList<>();
  private final CompletableFuture<SequenceEvent> end = new CompletableFuture<>();
  private volatile BooleanSupplier ready = () -> true;
  private volatile long endedAtNanos;

  @Override
  public synchronized void on(SequenceEvent event) {
    events.add(event);
    if (!(event instanceof SequenceEvent.Started) && !(event instanceof SequenceEvent.Tokens)) {
      endedAtNanos = System.nanoTime();
      end.complete(event);
    }
  }

  @Override
  public boolean ready() {
    return ready.getAsBoolean();
  }

  void readyWhen(BooleanSupplier condition) {
    ready = condition;
  }

  /** Waits for the end, which must be a good one. */
  public SequenceEvent.Finished finished() {
    return (SequenceEvent.Finished) end.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Waits for the end, which must be a failure, and tells what it says. */
  public String failed() {
    return ((SequenceEvent.Failed) end.orTimeout(60, TimeUnit.SECONDS).join()).message();
  }

  /** Waits for the end, which must be a refusal, and gives it. */
  public Refusal refused() {
    return ((SequenceEvent.Refused) end.orTimeout(60, TimeUnit.SECONDS).join()).refusal();
  }

  /** Waits for the end, which must be that it could not be gone on with, and tells what it says. */
  public String notResumed() {
    return ((SequenceEvent.NotResumed) end.orTimeout(60, TimeUnit.SECONDS).join()).message();
  }

  public boolean ended() {
    return end.isDone();
  }

  /** Whether this one, which has ended, did so before another, which has, too. */
  boolean endedBefore(Answer other) {
    return endedAtNanos - other.endedAtNanos < 0;
  }

  public synchronized List<Integer> ids() {
    List<Integer> ids = new ArrayList<>();
    for (SequenceEvent event : events) {
      if (event instanceof SequenceEvent.Tokens tokens) {
        for (int id : tokens.ids().toArray()) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  public synchronized String text() {
    StringBuilder text = new StringBuilder();
    for (SequenceEvent event : events) {
      if (event instanceof SequenceEvent.Tokens tokens) {
        text.append(tokens.text());
      }
    }
    return text.toString();
  }

  synchronized List<SequenceEvent> events() {
    return List.copyOf(events);
  }
}
