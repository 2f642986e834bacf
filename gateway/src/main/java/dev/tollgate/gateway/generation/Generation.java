package dev.tollgate.gateway.generation;

import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.Grant;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Start;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * All sequences of one answer, on whatever backends they run. One thread opens, grants and polls; the network's threads
 * only put events into the mailbox. A backend may be at most {@link #WINDOW} messages ahead of the reader, so a slow
 * client holds back its own generation and nobody's memory grows.
 */
public final class Generation implements AutoCloseable {

  /** Messages of one sequence that may be under way. */
  private static final int WINDOW = 32;

  private static final Event TICK = new Event.Tick();

  private final Ticks ticks;
  private final List<Sequence> sequences = new ArrayList<>(1);
  private final BlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();

  public Generation(Ticks ticks) {
    this.ticks = ticks;
    ticks.add(this);
  }

  /** Starts a sequence on a backend; its first event tells the exact length of its prompt. Returns its number. */
  public int open(Channel channel, Start start) {
    int number = sequences.size();
    var sequence = new Sequence(number,
        channel.newCall(InferenceGrpc.getGenerateMethod(), CallOptions.DEFAULT));
    sequences.add(sequence);
    sequence.call.start(sequence, new Metadata());
    sequence.call.request(WINDOW);
    sequence.call.sendMessage(GenerateRequest.newBuilder().setStart(start).build());
    return number;
  }

  /** Lets a sequence produce output up to this many tokens in all. */
  public void grant(int sequence, long outputTokens, boolean last) {
    var grant = Grant.newBuilder().setOutputTokens(Math.toIntExact(outputTokens)).setLast(last);
    sequences.get(sequence).call.sendMessage(GenerateRequest.newBuilder().setGrant(grant).build());
  }

  /** The next event; a tick where none comes for a while. */
  public Event await() throws InterruptedException {
    Event event = mailbox.take();
    taken(event);
    return event;
  }

  /** An event that is here already, or null. After {@link #cancel()} this empties what had been received before. */
  public @Nullable Event pollNow() {
    Event event = mailbox.poll();
    taken(event);
    return event;
  }

  private void taken(@Nullable Event event) {
    if (event instanceof Event.Received(int sequence, _)) {
      sequences.get(sequence).call.request(1);
    }
  }

  void tick() {
    // A reader that is busy looks at the time by itself.
    if (mailbox.isEmpty()) {
      mailbox.add(TICK);
    }
  }

  /** Ends all sequences at the backend; what has arrived stays in the mailbox. */
  public void cancel() {
    for (Sequence sequence : sequences) {
      sequence.call.cancel("the answer is no longer wanted", null);
    }
  }

  /** Cancels what has not ended. */
  @Override
  public void close() {
    ticks.remove(this);
    cancel();
  }

  private final class Sequence extends ClientCall.Listener<GenerateEvent> {

    private final int number;
    private final ClientCall<GenerateRequest, GenerateEvent> call;
    private boolean finished;

    Sequence(int number, ClientCall<GenerateRequest, GenerateEvent> call) {
      this.number = number;
      this.call = call;
    }

    @Override
    public void onMessage(GenerateEvent event) {
      finished |= event.hasFinished();
      mailbox.add(new Event.Received(number, event));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!finished) {
        mailbox.add(new Event.Failed(number, Failure.of(status)));
      }
    }
  }
}
