package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.generation.Event;
import dev.tollgate.gateway.generation.Failure;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.gateway.generation.Ticks;
import dev.tollgate.inference.protocol.Finished;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.Tokens;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer on its way, from its hold to its settlement, on as many backends as it takes. */
final class Running {

  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /** A write that took longer was held up by a client that does not read. */
  private static final Duration STALLED = Duration.ofMillis(500);

  /** Two looks that lie further apart: this thread was held up, and so were the backends' words. */
  private static final Duration NOT_LISTENING = Duration.ofSeconds(1);

  private final Arrival arrival;
  private final Sequences sequences;
  private final Generation generation;
  private final PipelineProperties properties;
  private final Shutdown shutdown;
  private final Meter meter;
  private final Recovery recovery;
  private final Checkpoints checkpoints = new Checkpoints();
  private final long startedAt = System.nanoTime();
  private long lastLook = startedAt;
  private long longestWriteNanos;

  Running(Arrival arrival, GenerationRequest request, Sequences sequences, PipelineProperties properties,
      Shutdown shutdown, Clock clock) {
    this.arrival = arrival;
    this.sequences = sequences;
    this.generation = sequences.generation();
    this.properties = properties;
    this.shutdown = shutdown;
    this.meter = new Meter(sequences, request, clock);
    this.recovery = new Recovery(arrival.id(), request, sequences, properties);
  }

  /** Generates, meters and settles. Whatever happens in between, the hold ends exactly once. */
  void run(RollingHold hold, AnswerWriter writer) throws IOException, InterruptedException {
    Exit exit = new Exit.Broken(new Refusal.Internal());
    CompletionStage<Receipt> settlement;
    try {
      exit = loop(hold, writer);
    } catch (RuntimeException e) {
      log.error("Request {} was broken by a fault of the gateway", arrival.id(), e);
    } finally {
      generation.cancel();
      meter.countRest(generation);
      settlement = hold.settle(meter.consumption(meter.outcome(exit)));
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
      case Exit.Stopped() -> fail(settlement, new Refusal.Interrupted(), writer);
      case Exit.Refused(Refusal refusal) -> fail(settlement, refusal, writer);
      case Exit.Broken(Refusal refusal) -> fail(settlement, refusal, writer);
    }
  }

  private static void fail(CompletionStage<Receipt> settlement, Refusal refusal, AnswerWriter writer)
      throws IOException, InterruptedException {
    Settling.durable(settlement);
    writer.fail(refusal);
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
    writer.end(new Answer(
        sequences.choices().stream().map(choice -> Objects.requireNonNull(choice.ending())).toList(),
        meter.usage(), receipt));
  }

  private Exit loop(RollingHold hold, AnswerWriter writer) throws InterruptedException {
    try {
      sequences.begin(hold);
      while (!sequences.allEnded()) {
        Event event = generation.pollNow();
        if (event == null) {
          flush(writer);
          event = generation.await();
        }
        Exit exit = handle(event, hold, writer);
        if (exit == null) {
          exit = look(event, hold);
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

  /** Takes one event in; an exit if the answer ends by it before all choices have ended. */
  private @Nullable Exit handle(Event event, RollingHold hold, AnswerWriter writer) throws IOException {
    switch (event) {
      case Event.Tick() -> {
        sequences.choices().forEach(choice -> choice.coverIfWaiting(hold, generation));
        return null;
      }
      case Event.Failed(int sequence, Failure failure) -> {
        return sequences.generatedAs(sequence) == null ? null : recovery.broken(failure);
      }
      case Event.Received(int sequence, GenerateEvent message) -> {
        Choice choice = sequences.generatedAs(sequence);
        return choice == null ? null : received(choice, message, hold, writer);
      }
    }
  }

  private @Nullable Exit received(Choice choice, GenerateEvent message, RollingHold hold, AnswerWriter writer)
      throws IOException {
    choice.heard(System.nanoTime());
    return switch (message.getEventCase()) {
      case TOKENS -> tokens(choice, message.getTokens(), hold, writer);
      case STARTED -> {
        sequences.placement().promptDone();
        choice.started(message.getStarted().getCachedPromptTokens());
        writer.begin();
        yield null;
      }
      case FINISHED -> {
        Exit exit = finish(choice, message.getFinished(), hold);
        if (choice.ending() != null) {
          write(choice, choice.takeKept(), writer);
        }
        yield exit;
      }
      case PREPARED -> choice.agreesWith(message.getPrepared().getPromptTokens())
          ? null
          : recovery.interrupted("it counts the prompt otherwise than the backend before", true);
      case EVENT_NOT_SET -> null;
    };
  }

  private @Nullable Exit tokens(Choice choice, Tokens tokens, RollingHold hold, AnswerWriter writer)
      throws IOException {
    if (tokens.getIdsCount() == 0) {
      choice.keep(tokens.getText());
      return null;
    }
    if (!meter.count(choice, tokens)) {
      log.error("Request {}: the backend sent more output than it was granted", arrival.id());
      return new Exit.Broken(new Refusal.Internal());
    }
    recovery.goesOn();
    write(choice, choice.takeKept() + tokens.getText(), writer);
    choice.cover(hold, generation);
    return null;
  }

  private @Nullable Exit finish(Choice choice, Finished finished, RollingHold hold) {
    return switch (finished.getReason()) {
      case FINISH_REASON_STOP, FINISH_REASON_LENGTH -> {
        recovery.goesOn();
        choice.finished(finished, hold);
        yield null;
      }
      // Grants are raised as output is written: they fail to come where the client does not take what is written. Not
      // to bill that would give answers away to whoever reads slowly enough.
      case FINISH_REASON_GRANT_TIMEOUT -> longestWriteNanos > STALLED.toNanos()
          ? new Exit.ClientStalled()
          : recovery.interrupted("it gave the answer up for want of grants", true);
      // Nobody here asked for it: the backend is going away.
      case FINISH_REASON_CANCELLED, FINISH_REASON_UNSPECIFIED, UNRECOGNIZED ->
        recovery.interrupted("it cancelled the answer", false);
    };
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
  private @Nullable Exit look(Event event, RollingHold hold) {
    long now = System.nanoTime();
    if (!(event instanceof Event.Tick)) {
      recovery.heard(now);
    }
    if (now - lastLook < Ticks.INTERVAL.toNanos() / 2) {
      return null;
    }
    long gap = now - lastLook;
    lastLook = now;
    if (gap > NOT_LISTENING.toNanos()) {
      recovery.excuse(gap);
    }
    if (arrival.client().isGone()) {
      return new Exit.ClientGone();
    }
    if (shutdown.hasCome()) {
      return new Exit.Stopped();
    }
    if (checkpoints.isDue(now, meter.usage().outputTokens())) {
      hold.checkpoint(meter.consumption(Outcome.INTERRUPTED));
    }
    if (now - startedAt > properties.requestTimeout().toNanos()) {
      sequences.choices().forEach(Choice::cutOff);
      return new Exit.Complete();
    }
    return recovery.look(now);
  }
}
