package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.generation.Failure;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.inference.protocol.Grant;
import dev.tollgate.inference.protocol.Sampling;
import dev.tollgate.inference.protocol.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one answer and the sequences that generate them, all on one backend at a time. Where a backend fails,
 * every choice that has not ended goes on elsewhere from its prompt and the tokens that had come: what is received,
 * counted and granted stays, so the client sees no seam and pays for each token once.
 */
final class Sequences {

  /** Any JSON reader keeps integers up to here whole. */
  private static final long LARGEST_SEED = 1L << 53;

  private final Arrival arrival;
  private final GenerationRequest request;
  private final Generation generation;
  private final Placement placement;
  private final Sampling sampling;
  private final List<Choice> choices = new ArrayList<>();
  private final List<Choice> bySequence = new ArrayList<>();
  private boolean left;

  Sequences(Arrival arrival, GenerationRequest request, Generation generation, Placement placement) {
    this.arrival = arrival;
    this.request = request;
    this.generation = generation;
    this.placement = placement;
    this.sampling = repeatable(request.sampling());
    for (int index = 0; index < request.choices(); index++) {
      choices.add(new Choice(index, index % request.choicesPerPrompt() == 0));
    }
  }

  List<Choice> choices() {
    return choices;
  }

  Generation generation() {
    return generation;
  }

  Placement placement() {
    return placement;
  }

  /** The choice that a sequence generates now; null for one that was left. */
  @Nullable
  Choice generatedAs(int sequence) {
    Choice choice = bySequence.get(sequence);
    return choice.isGeneratedAs(sequence) ? choice : null;
  }

  boolean allEnded() {
    return choices.stream().allMatch(choice -> choice.ending() != null);
  }

  /** Opens the first choice of each prompt, so that the prompts are counted. Returns how many those are. */
  int openLeaders() {
    left = false;
    choices.stream().filter(Choice::leadsPrompt).forEach(choice -> open(choice, null));
    return request.prompts().size();
  }

  /** A prompt was counted: what its choices may produce follows. */
  void counted(Choice leader, long promptTokens, long outputCapacity) {
    long limit = request.maxOutputTokens() == 0 ? outputCapacity
        : Math.min(request.maxOutputTokens(), outputCapacity);
    leader.prepared(promptTokens, limit);
    for (int sibling = 1; sibling < request.choicesPerPrompt(); sibling++) {
      choices.get(leader.index() + sibling).prepared(0, limit);
    }
  }

  /** Gives every choice its first window; siblings open now, and find the prompt in the cache. */
  void begin(RollingHold hold) {
    for (Choice choice : choices) {
      if (choice.isOpen()) {
        choice.cover(hold, generation);
        continue;
      }
      long window = choice.coverFirst(hold);
      if (window > 0) {
        open(choice, Grant.newBuilder().setOutputTokens(Math.toIntExact(window))
            .setLast(choice.isFullyGranted()).build());
      }
    }
  }

  /**
   * Leaves the backend.
   *
   * @param itsFault whether it has failed, and does not only have too much to do
   */
  void leave(boolean itsFault) {
    left = true;
    generation.cancel();
    for (Choice choice : choices) {
      choice.left();
    }
    if (itsFault) {
      placement.fail();
    } else {
      placement.leave();
    }
  }

  /** Goes on at the next backend with all that has not ended; false if there is none now. */
  boolean resume(boolean again) {
    if (!placement.moveOn(again)) {
      return false;
    }
    left = false;
    choices.stream().filter(choice -> choice.ending() == null)
        .forEach(choice -> open(choice, choice.grantSoFar()));
    return true;
  }

  /** Whether they are at no backend for the moment. */
  boolean areLeft() {
    return left;
  }

  /** Whether a choice stands still at its backend, for no fault of the client or of funds. */
  boolean standsStill(long now, Duration limit) {
    return choices.stream().anyMatch(choice -> choice.isSilent(now, limit));
  }

  /** Whether output is waited for: some choice may have more, and its backend has leave to send it. */
  boolean areAwaited() {
    return choices.stream().anyMatch(Choice::isAwaited);
  }

  /** Whether the backend has not said a word of any choice since it was given them. */
  boolean noneIsHeard() {
    return choices.stream().noneMatch(Choice::isHeard);
  }

  long receivedTokens() {
    return choices.stream().mapToLong(Choice::receivedTokens).sum();
  }

  private void open(Choice choice, @Nullable Grant grant) {
    var start = Start.newBuilder().setRequestId(arrival.id().toString()).setModel(request.model())
        .setPrompt(request.prompts().get(choice.index() / request.choicesPerPrompt()))
        .setMaxOutputTokens(request.maxOutputTokens()).setPriority(placement.priority())
        .setCacheSalt(arrival.caller().tenant().toString())
        .setSampling(sampling(choice.index() % request.choicesPerPrompt()))
        .addAllResumeTokenIds(choice.receivedIds());
    if (grant != null) {
      start.setInitialGrant(grant);
    }
    choice.openedAs(generation.open(placement.channel(), start.build()));
    bySequence.add(choice);
  }

  /**
   * Some engines can go on with what another backend began only by drawing it anew (ADR 27): they need a seed that is the
   * same everywhere.
   */
  private static Sampling repeatable(Sampling asked) {
    return asked.hasSeed() ? asked
        : asked.toBuilder().setSpareSeed(ThreadLocalRandom.current().nextLong(LARGEST_SEED)).build();
  }

  /** One seed for all choices would give the same answer n times. */
  private Sampling sampling(int sibling) {
    if (sibling == 0) {
      return sampling;
    }
    return sampling.hasSeed() ? sampling.toBuilder().setSeed(sampling.getSeed() + sibling).build()
        : sampling.toBuilder().setSpareSeed(sampling.getSpareSeed() + sibling).build();
  }

  Refusal refusal(Failure failure) {
    return switch (failure) {
      case Failure.Invalid(String message) -> new Refusal.InvalidRequest(message, null);
      case Failure.ContextTooLong(String message) -> new Refusal.ContextTooLong(message);
      case Failure.Overloaded() -> new Refusal.Overloaded(Duration.ofSeconds(1));
      case Failure.Unavailable(_),Failure.NotResumed(_) -> new Refusal.BackendUnavailable(request.model());
    };
  }
}
