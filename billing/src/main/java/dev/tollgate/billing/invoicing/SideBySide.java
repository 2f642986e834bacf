package dev.tollgate.billing.invoicing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Several workers repeat a step until there is nothing left to do for it. */
final class SideBySide {

  private final int workers;

  SideBySide(int workers) {
    this.workers = workers;
  }

  /**
   * Returns when all have run out of work.
   *
   * @param step tells whether it found something to do
   * @throws RuntimeException what the first worker that failed threw, after the others have stopped
   */
  void repeat(BooleanSupplier step) {
    var running = new ArrayList<Future<?>>();
    try (ExecutorService executor = Executors.newThreadPerTaskExecutor(
        Thread.ofPlatform().daemon().name("billing-close-", 0).factory())) {
      for (int i = 0; i < workers; i++) {
        running.add(executor.submit(() -> exhaust(step)));
      }
    }
    rethrow(running);
  }

  private static void exhaust(BooleanSupplier step) {
    boolean found = true;
    while (found && !Thread.currentThread().isInterrupted()) {
      found = step.getAsBoolean();
    }
  }

  private static void rethrow(List<Future<?>> ended) {
    for (Future<?> each : ended) {
      try {
        each.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          case null -> throw new IllegalStateException(e);
          case Throwable cause -> throw new IllegalStateException(cause);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted", e);
      }
    }
  }
}
