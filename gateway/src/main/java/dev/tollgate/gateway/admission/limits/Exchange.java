package dev.tollgate.gateway.admission.limits;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One question to the database about a share and its answer; all requests that need it wait for the same one. */
final class Exchange {

  private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
  private volatile boolean asked;

  /** From now on it is too late for further needs to be part of the question. */
  void markAsked() {
    asked = true;
  }

  boolean isAsked() {
    return asked;
  }

  void complete(boolean answered) {
    answer.complete(answered);
  }

  /** Whether an answer came in time; the share knows it then. */
  boolean isAnsweredWithin(long nanos) {
    try {
      return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
