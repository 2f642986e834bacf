package dev.tollgate.testing;

import dev.tollgate.inference.protocol.FinishReason;
import dev.tollgate.inference.protocol.Finished;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.Grant;
import dev.tollgate.inference.protocol.Prepared;
import dev.tollgate.inference.protocol.Start;
import dev.tollgate.inference.protocol.Started;
import dev.tollgate.inference.protocol.Tokens;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One scripted answer. It keeps to its grants as a real backend must, unless its script says otherwise. */
final class StandInSequence implements StreamObserver<GenerateRequest> {

  @FunctionalInterface
  interface Timer {
    void after(Runnable task, long delayMillis);
  }

  /** Requests that have met their one trouble, at whichever backend of this process. */
  private static final Set<String> TROUBLED = ConcurrentHashMap.newKeySet();

  /** Requests that were not gone on with, at whichever backend of this process. */
  private static final Set<String> MUTED = ConcurrentHashMap.newKeySet();

  private static final int PREPARED_ONLY = 1;

  private final StreamObserver<GenerateEvent> events;
  private final StandInBackend.Witness onEnd;
  private final Timer timer;
  private Start start = Start.getDefaultInstance();
  private @Nullable StandInScript script;
  private long limit;
  private long granted;
  private boolean lastGrant;
  private boolean started;
  private boolean scheduled;
  private boolean over;
  private boolean hung;
  private int sent;

  StandInSequence(StreamObserver<GenerateEvent> events, StandInBackend.Witness onEnd, Timer timer) {
    this.events = events;
    this.onEnd = onEnd;
    this.timer = timer;
  }

  @Override
  public synchronized void onNext(GenerateRequest request) {
    if (over) {
      return;
    }
    switch (request.getStepCase()) {
      case START -> prepare(request.getStart());
      case GRANT -> grant(request.getGrant());
      case STEP_NOT_SET -> fail(Status.INVALID_ARGUMENT.withDescription("empty step"));
    }
  }

  private void prepare(Start asked) {
    start = asked;
    var read = StandInScript.of(asked.getPrompt());
    script = read;
    int capacity = StandInBackend.CONTEXT_LENGTH - read.promptTokens();
    if (capacity <= 0) {
      fail(Status.INVALID_ARGUMENT
          .withDescription("context_length_exceeded: the prompt has " + read.promptTokens()
              + " tokens, the model's context holds " + StandInBackend.CONTEXT_LENGTH));
      return;
    }
    if (read.full()) {
      fail(Status.RESOURCE_EXHAUSTED.withDescription("the queue is full"));
      return;
    }
    sent = asked.getResumeTokenIdsCount();
    if (sent > 0 && read.differs()) {
      fail(Status.ABORTED.withDescription("not_resumed: the answer differs from the one that was begun"));
      return;
    }
    hung = sent > 0 && read.mute() >= 0 && MUTED.add(asked.getRequestId());
    if (hung && read.mute() < PREPARED_ONLY) {
      return;
    }
    limit = asked.getMaxOutputTokens() == 0 ? capacity : Math.min(capacity, asked.getMaxOutputTokens());
    events.onNext(GenerateEvent.newBuilder()
        .setPrepared(Prepared.newBuilder().setPromptTokens(read.promptTokens()).setOutputCapacity(capacity))
        .build());
    if (asked.hasInitialGrant()) {
      grant(asked.getInitialGrant());
    }
  }

  private void grant(Grant grant) {
    var read = script;
    if (read == null) {
      fail(Status.INVALID_ARGUMENT.withDescription("a grant before the start"));
      return;
    }
    granted = (long) grant.getOutputTokens() + read.excess();
    lastGrant |= grant.getLast();
    if (hung && read.mute() == PREPARED_ONLY) {
      return;
    }
    if (read.refuse() > 0) {
      fail(read.refuse() == 1
          ? Status.INVALID_ARGUMENT.withDescription("invalid_request: the model's server refuses the request")
          : Status.RESOURCE_EXHAUSTED.withDescription("overloaded: the model's server has too much to do"));
      return;
    }
    if (!started) {
      started = true;
      events.onNext(GenerateEvent.newBuilder()
          .setStarted(Started.newBuilder().setCachedPromptTokens(read.cached())).build());
    }
    proceed(read);
  }

  private void proceed(StandInScript read) {
    while (!over && !scheduled) {
      if (hung || (sent == read.hang() && isFirstTrouble())) {
        hung = true;
        return;
      } else if (sent == read.fail() || (sent == read.die() && isFirstTrouble())) {
        fail(Status.UNAVAILABLE.withDescription("scripted failure"));
      } else if (sent == read.abandon()) {
        finish(read, FinishReason.FINISH_REASON_GRANT_TIMEOUT);
      } else if (sent == Math.min(read.out(), limit)) {
        finish(read,
            sent == read.out() ? FinishReason.FINISH_REASON_STOP : FinishReason.FINISH_REASON_LENGTH);
      } else if (sent >= granted) {
        if (lastGrant) {
          finish(read, FinishReason.FINISH_REASON_LENGTH);
        }
        return;
      } else if (read.delayMillis() > 0) {
        scheduled = true;
        timer.after(() -> afterDelay(read), read.delayMillis());
      } else {
        send(read);
      }
    }
  }

  private synchronized void afterDelay(StandInScript read) {
    scheduled = false;
    if (!over) {
      send(read);
      proceed(read);
    }
  }

  private void send(StandInScript read) {
    long until = Math.min(Math.min(sent + (long) read.batch(), granted), Math.min(read.out(), limit));
    for (int stop : List.of(read.fail(), read.die(), read.hang())) {
      until = stop > sent ? Math.min(until, stop) : until;
    }
    long late = lateFrom(read);
    var tokens = Tokens.newBuilder();
    var text = new StringBuilder();
    for (; sent < until; sent++) {
      tokens.addIds(sent);
      text.append(sent < late ? word(sent) : "");
    }
    events.onNext(GenerateEvent.newBuilder().setTokens(tokens.setText(text.toString())).build());
  }

  private boolean isFirstTrouble() {
    return TROUBLED.add(start.getRequestId());
  }

  private long lateFrom(StandInScript read) {
    return Math.min(read.out(), limit) - read.late();
  }

  private static String word(long index) {
    return (index == 0 ? "w" : " w") + index;
  }

  /** Between the text that it held back and its last word it may die, too. */
  private void finish(StandInScript read, FinishReason reason) {
    if (read.late() > 0) {
      String text = LongStream.range(lateFrom(read), sent).mapToObj(StandInSequence::word)
          .collect(Collectors.joining());
      events.onNext(GenerateEvent.newBuilder().setTokens(Tokens.newBuilder().setText(text)).build());
      if (read.die() > sent && isFirstTrouble()) {
        fail(Status.UNAVAILABLE.withDescription("scripted failure at the end"));
        return;
      }
    }
    end();
    events.onNext(GenerateEvent.newBuilder().setFinished(Finished.newBuilder().setReason(reason)
        .setPromptTokens(read.promptTokens()).setCachedPromptTokens(read.cached()).setOutputTokens(sent))
        .build());
    events.onCompleted();
  }

  private void fail(Status status) {
    end();
    events.onError(status.asRuntimeException());
  }

  synchronized void cancel() {
    if (!over) {
      end();
    }
  }

  private void end() {
    over = true;
    onEnd.ended(start, sent);
  }

  @Override
  public void onError(Throwable failure) {
    cancel();
  }

  @Override
  public void onCompleted() {
    // The caller has nothing more to grant; what was granted is still answered.
  }
}
