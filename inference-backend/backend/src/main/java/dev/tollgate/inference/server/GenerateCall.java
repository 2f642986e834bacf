package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.SequenceEvent;
import dev.tollgate.inference.engine.SequenceListener;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.Start;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * One Generate call: Start, then grants from the client; Prepared, then events to it. Sends are synchronised, so that
 * the engine's thread cannot overtake Prepared.
 */
final class GenerateCall implements StreamObserver<GenerateRequest>, SequenceListener {

  private final Models models;
  private final ServerCallStreamObserver<GenerateEvent> client;
  private volatile @Nullable Sequence sequence;
  private boolean ended;

  GenerateCall(Models models, ServerCallStreamObserver<GenerateEvent> client) {
    this.models = models;
    this.client = client;
    client.setOnCancelHandler(this::cancel);
    client.setOnReadyHandler(() -> {
      Sequence running = sequence;
      if (running != null) {
        running.wake();
      }
    });
  }

  @Override
  public void onNext(GenerateRequest request) {
    try {
      switch (request.getStepCase()) {
        case START -> start(request.getStart());
        case GRANT -> begun().grant(WireRequests.grant(request.getGrant()));
        case STEP_NOT_SET -> throw WireErrors.invalid("a request must be a Start or a Grant");
      }
    } catch (RequestRefusedException e) {
      fail(WireErrors.refused(e.refusal()));
    } catch (StatusException e) {
      fail(e);
    }
  }

  private synchronized void start(Start start) throws StatusException, RequestRefusedException {
    if (ended) {
      return;
    }
    if (sequence != null) {
      throw WireErrors.invalid("a call has one Start");
    }
    Sequence accepted = models.find(start.getModel()).submit(WireRequests.generation(start), this);
    client.onNext(WireReplies.prepared(accepted.promptTokens(), accepted.outputCapacity()));
    sequence = accepted;
    // The call may have been cancelled while the prompt was tokenised.
    if (client.isCancelled()) {
      accepted.cancel();
    }
  }

  private Sequence begun() throws StatusException {
    Sequence running = sequence;
    if (running == null) {
      throw WireErrors.invalid("a call begins with Start");
    }
    return running;
  }

  @Override
  public void onError(Throwable cause) {
    cancel();
  }

  @Override
  public void onCompleted() {
    if (sequence == null) {
      fail(WireErrors.invalid("a call begins with Start"));
    }
  }

  private void cancel() {
    Sequence running = sequence;
    if (running != null) {
      running.cancel();
    }
  }

  private synchronized void fail(StatusException error) {
    cancel();
    if (!ended) {
      ended = true;
      client.onError(error);
    }
  }

  @Override
  public synchronized void on(SequenceEvent event) {
    if (ended) {
      return;
    }
    switch (event) {
      case SequenceEvent.Started started -> client.onNext(WireReplies.started(started));
      case SequenceEvent.Tokens tokens -> client.onNext(WireReplies.tokens(tokens));
      case SequenceEvent.Finished finished -> {
        ended = true;
        client.onNext(WireReplies.finished(finished));
        client.onCompleted();
      }
      case SequenceEvent.Failed failed -> {
        ended = true;
        client.onError(WireErrors.engineFailed(failed.message()));
      }
      case SequenceEvent.Refused refused -> {
        ended = true;
        client.onError(WireErrors.refused(refused.refusal()));
      }
      case SequenceEvent.NotResumed notResumed -> {
        ended = true;
        client.onError(WireErrors.notResumed(notResumed.message()));
      }
    }
  }

  @Override
  public boolean ready() {
    return client.isReady();
  }
}
