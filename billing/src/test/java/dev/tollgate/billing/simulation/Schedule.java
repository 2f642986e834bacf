package dev.tollgate.billing.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Virtual time and what happens in it, in an order that the seed alone decides. */
final class Schedule {

  private static final long WAKING_NANOS = 40_000;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final SplittableRandom random;
  private final Consumer<@Nullable Machine> afterStep;
  private long now;
  private long sequence;
  private long steps;
  private @Nullable Task running;

  /** @param afterStep looks at the machine on which something has happened, if it was on one */
  Schedule(SplittableRandom random, Consumer<@Nullable Machine> afterStep) {
    this.random = random;
    this.afterStep = afterStep;
  }

  /** True time, in nanoseconds since the simulation began. */
  long now() {
    return now;
  }

  long steps() {
    return steps;
  }

  /** Lets something happen that does not wait; on a machine, unless that is gone by then, and after its pauses. */
  void after(long nanos, @Nullable Machine machine, Runnable what) {
    events.add(new Event(Math.addExact(now, Math.max(0, nanos)), sequence++, machine, what));
  }

  /** Starts something on a machine that may wait. */
  void start(long afterNanos, Machine machine, Runnable what) {
    var task = new Task(machine, what);
    after(afterNanos, machine, () -> step(task));
  }

  /** Called by a running task: waits until a condition holds, or for a time; true if it holds. */
  boolean await(BooleanSupplier condition, long atMostNanos) {
    if (condition.getAsBoolean()) {
      return true;
    }
    if (atMostNanos <= 0) {
      return false;
    }
    Task task = current();
    var wait = new Waiting(task, condition);
    waiting.add(wait);
    after(atMostNanos, task.machine, () -> wake(wait));
    task.standStill();
    return condition.getAsBoolean();
  }

  /** Called by a running task: waits for a time. */
  void pause(long nanos) {
    Task task = current();
    after(nanos, task.machine, () -> step(task));
    task.standStill();
  }

  private Task current() {
    Task task = running;
    if (task == null) {
      throw new IllegalStateException("Only tasks may wait");
    }
    return task;
  }

  /** Runs what happens until an instant. */
  void runUntil(long instant) {
    Event next = events.peek();
    while (next != null && next.at <= instant) {
      events.remove();
      now = next.at;
      run(next);
      next = events.peek();
    }
    now = instant;
  }

  private void run(Event event) {
    Machine machine = event.machine;
    if (machine != null && machine.isGone()) {
      return;
    }
    if (machine != null && machine.pausedUntil() > now) {
      events.add(new Event(machine.pausedUntil(), event.sequence, machine, event.what));
      return;
    }
    event.what.run();
    steps++;
    notice();
    afterStep.accept(machine);
  }

  /** Wakes those whose condition has come true, each after a moment of its own, as an operating system would. */
  private void notice() {
    for (int i = 0; i < waiting.size(); i++) {
      Waiting wait = waiting.get(i);
      if (!wait.noticed && wait.condition.getAsBoolean()) {
        wait.noticed = true;
        after(random.nextLong(WAKING_NANOS), wait.task.machine, () -> wake(wait));
      }
    }
  }

  private void wake(Waiting wait) {
    if (waiting.remove(wait)) {
      step(wait.task);
    }
  }

  private void step(Task task) {
    Task before = running;
    running = task;
    try {
      if (task.goOn()) {
        task.machine.ended(task);
      }
    } finally {
      running = before;
    }
  }

  /** Ends all tasks of a machine where they stand. */
  void abandon(Machine machine) {
    waiting.removeIf(wait -> wait.task.machine == machine);
    machine.tasks().forEach(Task::abandon);
  }

  private record Event(long at, long sequence, @Nullable Machine machine,
      Runnable what) implements Comparable<Event> {

    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(sequence, other.sequence) : Long.compare(at, other.at);
    }
  }

  private static final class Waiting {

    private final Task task;
    private final BooleanSupplier condition;
    private boolean noticed;

    Waiting(Task task, BooleanSupplier condition) {
      this.task = task;
      this.condition = condition;
    }
  }

  /** Something on a machine that may wait. */
  static final class Task {

    private final Machine machine;
    private final Runnable what;
    private @Nullable Baton baton;

    Task(Machine machine, Runnable what) {
      this.machine = machine;
      this.what = what;
    }

    boolean goOn() {
      Baton present = baton;
      if (present == null) {
        present = new Baton(what);
        baton = present;
        machine.began(this);
      }
      return present.goOn();
    }

    void standStill() {
      if (baton != null) {
        baton.standStillUntilCalled();
      }
    }

    void abandon() {
      if (baton != null) {
        baton.abandon();
      }
    }
  }
}
