package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.Refusal;
import dev.tollgate.inference.engine.SequenceEvent;
import org.jspecify.annotations.Nullable;

/** One run of a sequence: carries what the runtime says over to the loop, until the sequence lets go of it. */
final class RelayRun implements TokenSink {

  private final RelayLoop loop;
  private final RelaySequence sequence;
  private TokenRuntime.@Nullable Run run;
  private boolean wanted = true;
  private boolean over;

  RelayRun(RelayLoop loop, RelaySequence sequence) {
    this.loop = loop;
    this.sequence = sequence;
  }

  void runs(TokenRuntime.Run begun) {
    run = begun;
  }

  @Override
  public void tokens(int[] ids, int cachedPromptTokens) {
    loop.post(() -> loop.received(sequence, this, ids, cachedPromptTokens));
  }

  @Override
  public void ended(End end, int cachedPromptTokens) {
    loop.post(() -> loop.runEnded(sequence, this, end, cachedPromptTokens));
  }

  @Override
  public void failed(String message) {
    loop.post(() -> loop.runFailed(sequence, this, message));
  }

  @Override
  public void refused(Refusal refusal) {
    loop.post(() -> loop.runOver(sequence, this, endBy(refusal)));
  }

  /**
   * What was taken once cannot be wrong, so a later run's refusal as invalid is a failure; its reason may quote the answer, and
   * failures are logged.
   */
  private SequenceEvent endBy(Refusal refusal) {
    return sequence.firstRun() || refusal.code() == Refusal.Code.OVERLOADED
        ? new SequenceEvent.Refused(refusal)
        : new SequenceEvent.Failed("an answer that was begun was not gone on with");
  }

  @Override
  public synchronized boolean awaitDemand() throws InterruptedException {
    while (!wanted && !over) {
      wait();
    }
    return !over;
  }

  synchronized void demand(boolean more) {
    wanted = more;
    notifyAll();
  }

  void cancel() {
    synchronized (this) {
      over = true;
      notifyAll();
    }
    TokenRuntime.Run begun = run;
    if (begun != null) {
      begun.cancel();
    }
  }
}
