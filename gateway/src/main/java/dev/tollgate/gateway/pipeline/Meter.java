package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Usage;
import dev.tollgate.gateway.generation.Event;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.Tokens;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one answer has used: its prompts once, and each output token once, on however many backends it ran. */
final class Meter {

  private final Sequences sequences;
  private final GenerationRequest request;
  private final Clock clock;
  private @Nullable Instant firstTokenAt;

  Meter(Sequences sequences, GenerationRequest request, Clock clock) {
    this.sequences = sequences;
    this.request = request;
    this.clock = clock;
  }

  /** Counts output; false if the backend sent more than it was granted. */
  boolean count(Choice choice, Tokens tokens) {
    if (firstTokenAt == null) {
      firstTokenAt = clock.instant();
    }
    return choice.received(tokens.getIdsList());
  }

  /** Counts the tokens that had arrived when the answer was ended: they were generated and received. */
  void countRest(Generation generation) {
    for (Event event = generation.pollNow(); event != null; event = generation.pollNow()) {
      if (event instanceof Event.Received(int sequence, GenerateEvent message) && message.hasTokens()) {
        Choice choice = sequences.generatedAs(sequence);
        if (choice != null) {
          count(choice, message.getTokens());
        }
      }
    }
  }

  Usage usage() {
    long prompt = 0;
    long cached = 0;
    long output = 0;
    for (Choice choice : sequences.choices()) {
      output += choice.receivedTokens();
      if (choice.leadsPrompt()) {
        prompt += choice.promptTokens();
        cached += choice.cachedPromptTokens();
      }
    }
    return Usage.of(prompt, cached, output);
  }

  Consumption consumption(Outcome outcome) {
    return new Consumption(usage(), outcome, request.endpoint(), sequences.placement().address(),
        firstTokenAt,
        clock.instant());
  }

  Outcome outcome(Exit exit) {
    return switch (exit) {
      case Exit.Complete() -> completeOutcome();
      case Exit.ClientGone(),Exit.ClientStalled() -> Outcome.CLIENT_DISCONNECTED;
      case Exit.Stopped() -> Outcome.INTERRUPTED;
      case Exit.Refused(_) -> Outcome.REQUEST_REFUSED;
      case Exit.Broken(_) -> Outcome.BACKEND_FAILED;
    };
  }

  private Outcome completeOutcome() {
    Set<Answer.@Nullable Ending> endings = sequences.choices().stream().map(Choice::ending)
        .collect(Collectors.toSet());
    if (endings.contains(Answer.Ending.FUNDS_UNKNOWN)) {
      return Outcome.INTERRUPTED;
    }
    if (endings.contains(Answer.Ending.FUNDS_EXHAUSTED) || endings.contains(Answer.Ending.BUDGET_EXHAUSTED)) {
      return Outcome.FUNDS_EXHAUSTED;
    }
    return endings.contains(Answer.Ending.LENGTH) ? Outcome.LENGTH : Outcome.COMPLETED;
  }
}
