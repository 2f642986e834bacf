package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Usage;
import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.generation.Event;
import dev.tollgate.gateway.generation.Failure;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.gateway.generation.Ticks;
import dev.tollgate.inference.protocol.Finished;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.Grant;
import dev.tollgate.inference.protocol.Start;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer on its way: from the count of its prompt to its settlement. */
final class Running {

  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /** A write that took longer was held up by a client that does not read. */
  private static final Duration STALLED = Duration.ofMillis(500);

  private final Arrival arrival;
  private final GenerationRequest request;
  private final Generation generation;
  private final PipelineProperties properties;
  private final Shutdown shutdown;
  private final Clock clock;
  private final Checkpoints checkpoints = new Checkpoints();
  private final List<Choice> choices = new ArrayList<>();
  private final List<Choice> bySequence = new ArrayList<>();
  private final long startedAt = System.nanoTime();
  private long lastLook = startedAt;
  private long lastEvent = startedAt;
  private long longestWriteNanos;
  private @Nullable Instant firstTokenAt;

  Running(Arrival arrival, GenerationRequest request, Generation generation, PipelineProperties properties,
      Shutdown shutdown, Clock clock) {
    this.arrival = arrival;
    this.request = request;
    this.generation = generation;
    this.properties = properties;
    this.shutdown = shutdown;
    this.clock = clock;
    for (int index = 0; index < request.choices(); index++) {
      choices.add(new Choice(index, index % request.choicesPerPrompt() == 0));
    }
  }

  /** What counting the prompts led to. */
  sealed interface Prepared {

    record Ready(long inputTokens, long firstWindow) implements Prepared {}

    record ClientGone() implements Prepared {}

    /** The backend failed before it counted. */
    record Unanswered() implements Prepared {}
  }

  /** How a run left the event loop. */
  private sealed interface Exit {

    record Complete() implements Exit {}

    record ClientGone() implements Exit {}

    /** The client read so slowly that the backend gave the sequence up; what it had by then is its to pay. */
    record ClientStalled() implements Exit {}

    /** This gateway stops; what was received by then is billed. */
    record Stopped() implements Exit {}

    record Broken(Refusal refusal) implements Exit {}
  }

  /**
   * Has the backend count every prompt. Only the first choice of each prompt is opened; its siblings follow when the
   * funds are held, and find the prompt in the cache.
   *
   * @throws RefusedException if the backend finds the request wrong
   */
  Prepared prepare() throws InterruptedException {
    choices.stream().filter(Choice::leadsPrompt).forEach(choice -> open(choice, null));
    long deadline = System.nanoTime() + properties.prepareTimeout().toNanos();
    int missing = bySequence.size();
    while (missing > 0) {
      switch (generation.await()) {
        case Event.Tick() -> {
          if (arrival.client().isGone()) {
            return new Prepared.ClientGone();
          }
          if (System.nanoTime() - deadline > 0) {
            return new Prepared.Unanswered();
          }
        }
        case Event.Failed(_, Failure.Unavailable(String detail)) -> {
          log.warn("Request {}: the backend did not count the prompt: {}", arrival.id(), detail);
          return new Prepared.Unanswered();
        }
        case Event.Failed(_, Failure failure) -> throw new RefusedException(refusal(failure));
        case Event.Received(int sequence, GenerateEvent event) -> {
          counted(bySequence.get(sequence), event);
          missing--;
        }
      }
    }
    long input = choices.stream().mapToLong(Choice::promptTokens).sum();
    return new Prepared.Ready(input, Math.max(1, RollingHold.firstWindow(choices.getFirst().limit())));
  }

  private void counted(Choice leader, GenerateEvent event) {
    long capacity = event.getPrepared().getOutputCapacity();
    long limit = request.maxOutputTokens() == 0 ? capacity : Math.min(request.maxOutputTokens(), capacity);
    leader.prepared(event.getPrepared().getPromptTokens(), limit);
    for (int sibling = 1; sibling < request.choicesPerPrompt(); sibling++) {
      choices.get(leader.index() + sibling).prepared(0, limit);
    }
  }

  private void open(Choice choice, @Nullable Grant grant) {
    var start = Start.newBuilder().setRequestId(arrival.id().toString()).setModel(request.model())
        .setPrompt(request.prompts().get(choice.index() / request.choicesPerPrompt()))
        .setMaxOutputTokens(request.maxOutputTokens()).setCacheSalt(arrival.caller().tenant().toString());
    var sampling = request.sampling();
    // One seed for all choices would give the same answer n times.
    int sibling = choice.index() % request.choicesPerPrompt();
    start.setSampling(sampling.hasSeed() && sibling > 0
        ? sampling.toBuilder().setSeed(sampling.getSeed() + sibling).build()
        : sampling);
    if (grant != null) {
      start.setInitialGrant(grant);
    }
    choice.openedAs(generation.open(start.build()));
    bySequence.add(choice);
  }

  /** Generates, meters and settles. Whatever happens in between, the hold ends exactly once. */
  void run(RollingHold hold, String backend, AnswerWriter writer) throws IOException, InterruptedException {
    Exit exit = new Exit.Broken(new Refusal.Internal());
    CompletionStage<Receipt> settlement;
    try {
      exit = loop(hold, backend, writer);
    } catch (RuntimeException e) {
      log.error("Request {} was broken by a fault of the gateway", arrival.id(), e);
    } finally {
      generation.cancel();
      collectRest();
      settlement = hold.settle(consumption(outcome(exit), backend));
    }
    switch (exit) {
      case Exit.Complete() -> end(settlement, writer);
      case Exit.ClientGone() -> {
        Settling.durable(settlement);
        writer.abandon();
      }
      case Exit.ClientStalled() -> {
        Settling.durable(settlement);
        writer.abandon();
        writer.fail(new Refusal.ReadTooSlowly());
      }
      case Exit.Stopped() -> {
        Settling.durable(settlement);
        writer.fail(new Refusal.Interrupted());
      }
      case Exit.Broken(Refusal refusal) -> {
        Settling.durable(settlement);
        writer.fail(refusal);
      }
    }
  }

  private void end(CompletionStage<Receipt> settlement, AnswerWriter writer)
      throws IOException, InterruptedException {
    Receipt receipt;
    try {
      receipt = Settling.durable(settlement);
    } catch (RefusedException e) {
      writer.fail(e.refusal());
      return;
    }
    writer.end(
        new Answer(choices.stream().map(choice -> Objects.requireNonNull(choice.ending())).toList(), usage(),
            receipt));
  }

  private Exit loop(RollingHold hold, String backend, AnswerWriter writer) throws InterruptedException {
    try {
      for (Choice choice : choices) {
        begin(choice, hold);
      }
      while (choices.stream().anyMatch(choice -> choice.ending() == null)) {
        Event event = generation.pollNow();
        if (event == null) {
          flush(writer);
          event = generation.await();
        }
        Exit exit = handle(event, hold, writer);
        if (exit == null) {
          exit = look(event, hold, backend);
        }
        if (exit != null) {
          return exit;
        }
      }
      return new Exit.Complete();
    } catch (IOException e) {
      return new Exit.ClientGone();
    }
  }

  private void begin(Choice choice, RollingHold hold) {
    if (choice.isOpen()) {
      choice.cover(hold, generation);
      return;
    }
    long window = choice.coverFirst(hold);
    if (window > 0) {
      open(choice, Grant.newBuilder().setOutputTokens(Math.toIntExact(window))
          .setLast(choice.isFullyGranted()).build());
    }
  }

  /** Takes one event in; an exit if the answer ends by it before all choices have ended. */
  private @Nullable Exit handle(Event event, RollingHold hold, AnswerWriter writer) throws IOException {
    switch (event) {
      case Event.Tick() -> {
        choices.forEach(choice -> choice.coverIfWaiting(hold, generation));
        return null;
      }
      case Event.Failed(_, Failure failure) -> {
        log.warn("Request {}: the backend failed: {}", arrival.id(), failure);
        return new Exit.Broken(refusal(failure));
      }
      case Event.Received(int sequence, GenerateEvent message) -> {
        Choice choice = bySequence.get(sequence);
        return switch (message.getEventCase()) {
          case TOKENS -> {
            if (!count(choice, message)) {
              log.error("Request {}: the backend sent more output than it was granted", arrival.id());
              yield new Exit.Broken(new Refusal.Internal());
            }
            write(choice, message.getTokens().getText(), writer);
            choice.cover(hold, generation);
            yield null;
          }
          case STARTED -> {
            choice.started(message.getStarted().getCachedPromptTokens());
            writer.begin();
            yield null;
          }
          case FINISHED -> finish(choice, message.getFinished(), hold);
          case PREPARED, EVENT_NOT_SET -> null;
        };
      }
    }
  }

  private @Nullable Exit finish(Choice choice, Finished finished, RollingHold hold) {
    return switch (finished.getReason()) {
      case FINISH_REASON_STOP, FINISH_REASON_LENGTH -> {
        choice.finished(finished, hold);
        yield null;
      }
      // Grants are raised as output is written: they fail to come where the client does not take what is written. Not
      // to bill that would give answers away to whoever reads slowly enough.
      case FINISH_REASON_GRANT_TIMEOUT -> longestWriteNanos > STALLED.toNanos()
          ? new Exit.ClientStalled()
          : new Exit.Broken(new Refusal.Internal());
      // Nobody here asked for it: the backend is going away.
      case FINISH_REASON_CANCELLED, FINISH_REASON_UNSPECIFIED, UNRECOGNIZED ->
        new Exit.Broken(new Refusal.BackendUnavailable(request.model()));
    };
  }

  private boolean count(Choice choice, GenerateEvent message) {
    if (firstTokenAt == null) {
      firstTokenAt = clock.instant();
    }
    return choice.received(message.getTokens().getIdsCount());
  }

  private void write(Choice choice, String text, AnswerWriter writer) throws IOException {
    if (!text.isEmpty()) {
      long before = System.nanoTime();
      writer.text(choice.index(), text);
      longestWriteNanos = Math.max(longestWriteNanos, System.nanoTime() - before);
    }
  }

  private void flush(AnswerWriter writer) throws IOException {
    long before = System.nanoTime();
    writer.flush();
    longestWriteNanos = Math.max(longestWriteNanos, System.nanoTime() - before);
  }

  /** Looks at the client and the clock, at most once per tick. */
  private @Nullable Exit look(Event event, RollingHold hold, String backend) {
    long now = System.nanoTime();
    if (!(event instanceof Event.Tick)) {
      lastEvent = now;
    }
    if (now - lastLook < Ticks.INTERVAL.toNanos() / 2) {
      return null;
    }
    lastLook = now;
    if (arrival.client().isGone()) {
      return new Exit.ClientGone();
    }
    if (shutdown.hasCome()) {
      return new Exit.Stopped();
    }
    if (checkpoints.isDue(now, usage().outputTokens())) {
      hold.checkpoint(consumption(Outcome.INTERRUPTED, backend));
    }
    if (now - startedAt > properties.requestTimeout().toNanos()) {
      choices.forEach(Choice::cutOff);
      return new Exit.Complete();
    }
    return now - lastEvent > properties.stallTimeout().toNanos()
        ? new Exit.Broken(new Refusal.TimedOut(properties.stallTimeout()))
        : null;
  }

  /** Counts the tokens that had arrived when the answer was ended: they were generated and received. */
  private void collectRest() {
    for (Event event = generation.pollNow(); event != null; event = generation.pollNow()) {
      if (event instanceof Event.Received(int sequence, GenerateEvent message) && message.hasTokens()) {
        count(bySequence.get(sequence), message);
      }
    }
  }

  private Usage usage() {
    long prompt = 0;
    long cached = 0;
    long output = 0;
    for (Choice choice : choices) {
      output += choice.receivedTokens();
      if (choice.leadsPrompt()) {
        prompt += choice.promptTokens();
        cached += choice.cachedPromptTokens();
      }
    }
    return Usage.of(prompt, cached, output);
  }

  private Consumption consumption(Outcome outcome, String backend) {
    return new Consumption(usage(), outcome, request.endpoint(), backend, firstTokenAt, clock.instant());
  }

  private Outcome outcome(Exit exit) {
    return switch (exit) {
      case Exit.Complete() -> completeOutcome();
      case Exit.ClientGone(),Exit.ClientStalled() -> Outcome.CLIENT_DISCONNECTED;
      case Exit.Stopped() -> Outcome.INTERRUPTED;
      case Exit.Broken(_) -> Outcome.BACKEND_FAILED;
    };
  }

  private Outcome completeOutcome() {
    Set<Answer.@Nullable Ending> endings = choices.stream().map(Choice::ending).collect(Collectors.toSet());
    if (endings.contains(Answer.Ending.FUNDS_UNKNOWN)) {
      return Outcome.INTERRUPTED;
    }
    if (endings.contains(Answer.Ending.FUNDS_EXHAUSTED) || endings.contains(Answer.Ending.BUDGET_EXHAUSTED)) {
      return Outcome.FUNDS_EXHAUSTED;
    }
    return endings.contains(Answer.Ending.LENGTH) ? Outcome.LENGTH : Outcome.COMPLETED;
  }

  private Refusal refusal(Failure failure) {
    return switch (failure) {
      case Failure.Invalid(String message) -> new Refusal.InvalidRequest(message, null);
      case Failure.ContextTooLong(String message) -> new Refusal.ContextTooLong(message);
      case Failure.Overloaded() -> new Refusal.Overloaded(Duration.ofSeconds(1));
      case Failure.Unavailable(_) -> new Refusal.BackendUnavailable(request.model());
    };
  }
}
