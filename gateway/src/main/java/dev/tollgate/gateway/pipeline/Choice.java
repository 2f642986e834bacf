package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.inference.protocol.FinishReason;
import dev.tollgate.inference.protocol.Finished;
import dev.tollgate.inference.protocol.Grant;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the answers to a prompt while it grows: what it may still produce and what has come. */
final class Choice {

  /** A backend gives an answer up that gets no grant for 10 seconds. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

  private final int index;
  private final boolean leadsPrompt;
  private int sequence = -1;
  private int[] tokens = new int[64];
  private String kept = "";
  private long heardNanos;
  private boolean heard;
  private boolean started;
  private long limit;
  private long granted;
  private long received;
  private long promptTokens;
  private long cachedPromptTokens;
  private Answer.@Nullable Ending coverEnded;
  private boolean waiting;
  private long waitingSince;
  private Answer.@Nullable Ending ending;

  Choice(int index, boolean leadsPrompt) {
    this.index = index;
    this.leadsPrompt = leadsPrompt;
  }

  int index() {
    return index;
  }

  /** Whether this is the first choice of its prompt: the one that the prompt is billed by. */
  boolean leadsPrompt() {
    return leadsPrompt;
  }

  /** It is generated under this number from here on; what an earlier sequence still sends is not its any more. */
  void openedAs(int newSequence) {
    sequence = newSequence;
    heard = false;
    started = false;
    kept = "";
    heardNanos = System.nanoTime();
  }

  boolean isOpen() {
    return sequence >= 0;
  }

  /** Its sequence is generated no more, and may be opened anew. */
  void left() {
    sequence = -1;
  }

  boolean isGeneratedAs(int number) {
    return sequence == number;
  }

  /** Whether a prompt's length is the one that this choice was admitted with. */
  boolean agreesWith(long countedPromptTokens) {
    return !leadsPrompt || promptTokens == countedPromptTokens;
  }

  /** What its prompt's length leaves room for, and what the caller allows. */
  void prepared(long newPromptTokens, long newLimit) {
    promptTokens = newPromptTokens;
    limit = newLimit;
  }

  long limit() {
    return limit;
  }

  /**
   * The prompt got its slot. What a backend finds in its cache of an answer that another one began is not the prompt's
   * price: that was settled by the first.
   */
  void started(long newCachedPromptTokens) {
    started = true;
    if (received == 0) {
      cachedPromptTokens = Math.min(newCachedPromptTokens, promptTokens);
    }
  }

  /** Counts output, up to what was granted. False if the backend sent more than that: nobody pays for the excess. */
  boolean received(List<Integer> ids) {
    if (tokens.length < received + ids.size()) {
      tokens = Arrays.copyOf(tokens, Math.max(tokens.length * 2, Math.toIntExact(received + ids.size())));
    }
    for (int id : ids) {
      if (received == granted) {
        return false;
      }
      tokens[Math.toIntExact(received++)] = id;
    }
    return true;
  }

  /** The output so far, for a backend that goes on with it. */
  Iterable<Integer> receivedIds() {
    return Arrays.stream(tokens, 0, Math.toIntExact(received)).boxed().toList();
  }

  /** What it may produce in all, said to a backend that goes on with it. */
  Grant grantSoFar() {
    return Grant.newBuilder().setOutputTokens(Math.toIntExact(granted))
        .setLast(coverEnded != null || isFullyGranted())
        .build();
  }

  /**
   * Keeps text that came without a token. A backend lets go of it when it ends the answer; should it die before it says
   * that it has ended, the next one finds the same text in the same tokens.
   */
  void keep(String text) {
    kept += text;
  }

  /** The text that was kept, once it is certain. */
  String takeKept() {
    String text = kept;
    kept = "";
    return text;
  }

  void heard(long nanos) {
    heard = true;
    heardNanos = nanos;
  }

  /** Whether its backend has said a word of it. */
  boolean isHeard() {
    return heard;
  }

  /** Does not count time in which nobody here was listening. */
  void excuse(long nanos) {
    heardNanos += nanos;
  }

  /** Whether it could go on, has begun to, and has not been heard of for that long. */
  boolean isSilent(long now, Duration limit) {
    return isAwaited() && started && now - heardNanos > limit.toNanos();
  }

  /** Whether more of it may come now, for all that this gateway has said. */
  boolean isAwaited() {
    return ending == null && granted > received;
  }

  /**
   * Keeps the grant ahead of the output. When nothing covers another token and all that was granted has come, the
   * backend is told that this was the last grant, and the answer ends there.
   */
  void cover(RollingHold hold, Generation generation) {
    if (ending != null || coverEnded != null || granted == limit || granted - received > granted / 2) {
      return;
    }
    long more = hold.take(Math.min(RollingHold.nextWindow(granted), limit - granted));
    if (more > 0) {
      granted += more;
      waiting = false;
      generation.grant(sequence, granted, granted == limit);
    } else if (received == granted && !waits(hold)) {
      coverEnded = endingFor(hold);
      generation.grant(sequence, granted, true);
    }
  }

  /** Tries again where the answer stands still because the database could not be asked for cover. */
  void coverIfWaiting(RollingHold hold, Generation generation) {
    if (waiting && isOpen()) {
      cover(hold, generation);
    }
  }

  private boolean waits(RollingHold hold) {
    long now = System.nanoTime();
    if (!waiting && hold.mayTakeLater()) {
      waiting = true;
      waitingSince = now;
    }
    waiting = waiting && hold.mayTakeLater() && now - waitingSince < LONGEST_WAIT.toNanos();
    return waiting;
  }

  /** The first window, without a message: it travels with the opening. 0 ends the choice before it began. */
  long coverFirst(RollingHold hold) {
    granted = hold.take(RollingHold.firstWindow(limit));
    if (granted == 0) {
      ending = endingFor(hold);
    }
    return granted;
  }

  private static Answer.Ending endingFor(RollingHold hold) {
    return switch (hold.shortage()) {
      case BUDGET_EXCEEDED -> Answer.Ending.BUDGET_EXHAUSTED;
      case UNAVAILABLE -> Answer.Ending.FUNDS_UNKNOWN;
      default -> Answer.Ending.FUNDS_EXHAUSTED;
    };
  }

  boolean isFullyGranted() {
    return granted == limit;
  }

  void finished(Finished finished, RollingHold hold) {
    boolean length = finished.getReason() == FinishReason.FINISH_REASON_LENGTH;
    ending = !length ? Answer.Ending.STOP
        : coverEnded != null ? coverEnded
            : Answer.Ending.LENGTH;
    hold.giveBack(granted - received);
  }

  /** Ends where it is: the time for the whole answer is over. */
  void cutOff() {
    if (ending == null) {
      ending = Answer.Ending.LENGTH;
    }
  }

  Answer.@Nullable Ending ending() {
    return ending;
  }

  long promptTokens() {
    return promptTokens;
  }

  long cachedPromptTokens() {
    return cachedPromptTokens;
  }

  long receivedTokens() {
    return received;
  }
}
