package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.SequenceEvent;
import dev.tollgate.inference.engine.SequenceListener;
import dev.tollgate.inference.engine.TokenIds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer on its way. Grants and cancellation come from any thread; everything else belongs to the scheduler's
 * thread.
 */
final class CpuSequence implements Sequence {

  private static final Logger log = LoggerFactory.getLogger(CpuSequence.class);

  private final SequenceListener listener;
  private final TokenSampler sampler;
  private final AnswerText text;
  private final Runnable wakeScheduler;
  private volatile Grant grant;
  private volatile boolean cancelled;

  private final String salt;
  private final int priority;
  private final int promptTokens;
  private final int outputCapacity;
  private final int mostOutput;
  private int[] tokens;
  private int known;
  private int cachedPromptTokens;
  private @Nullable Slot slot;
  private long idleSince;
  private boolean ended;

  CpuSequence(GenerationRequest request, int[] prompt, int contextLength, TokenSampler sampler,
      AnswerText text,
      SequenceListener listener, Runnable wakeScheduler) {
    this.listener = listener;
    this.sampler = sampler;
    this.text = text;
    this.wakeScheduler = wakeScheduler;
    this.grant = request.grant();
    this.salt = request.cacheSalt();
    this.priority = request.priority();
    this.promptTokens = prompt.length;
    this.outputCapacity = contextLength - prompt.length;
    int asked = request.maxOutputTokens();
    this.mostOutput = asked == 0 ? outputCapacity : Math.min(asked, outputCapacity);
    int[] resumed = request.resumed().toArray();
    this.tokens = Arrays.copyOf(prompt, prompt.length + resumed.length);
    System.arraycopy(resumed, 0, tokens, prompt.length, resumed.length);
    this.known = tokens.length;
    this.idleSince = System.nanoTime();
  }

  @Override
  public int promptTokens() {
    return promptTokens;
  }

  @Override
  public int outputCapacity() {
    return outputCapacity;
  }

  @Override
  public void grant(Grant more) {
    synchronized (this) {
      grant = grant.and(more);
    }
    wakeScheduler.run();
  }

  @Override
  public void cancel() {
    cancelled = true;
    wakeScheduler.run();
  }

  @Override
  public void wake() {
    wakeScheduler.run();
  }

  boolean cancelled() {
    return cancelled;
  }

  boolean ended() {
    return ended;
  }

  String salt() {
    return salt;
  }

  int priority() {
    return priority;
  }

  TokenSampler sampler() {
    return sampler;
  }

  @Nullable
  Slot slot() {
    return slot;
  }

  void place(Slot place) {
    slot = place;
  }

  /** Tokens of prompt and answer so far. */
  int known() {
    return known;
  }

  int token(int index) {
    return tokens[index];
  }

  int outputTokens() {
    return known - promptTokens;
  }

  /** Tokens that are known but not computed yet. */
  int uncomputed() {
    return slot == null ? known : known - slot.length();
  }

  /** Most tokens that are still to be computed. */
  long outstanding() {
    return uncomputed() + (long) Math.max(0, mostOutput - outputTokens());
  }

  boolean granted() {
    return grant.outputTokens() > outputTokens();
  }

  boolean readerReady() {
    return listener.ready();
  }

  /** Whether nothing more may be produced, though the model has not ended. */
  boolean exhausted() {
    Grant now = grant;
    return outputTokens() >= mostOutput || (now.last() && now.outputTokens() <= outputTokens());
  }

  /** Nanoseconds for which it has waited for its caller. */
  long idleNanos(long now) {
    return now - idleSince;
  }

  void moved(long now) {
    idleSince = now;
  }

  void started(int cachedTokens) {
    cachedPromptTokens = Math.min(cachedTokens, promptTokens);
    tell(new SequenceEvent.Started(cachedPromptTokens));
  }

  int cachedPromptTokens() {
    return cachedPromptTokens;
  }

  /**
   * Adds a sampled token to the answer and tells of it.
   *
   * @return whether a stop sequence ended the answer with it
   */
  boolean produce(int token) {
    if (known == tokens.length) {
      tokens = Arrays.copyOf(tokens, known + Math.max(64, known / 2));
    }
    tokens[known++] = token;
    tell(new SequenceEvent.Tokens(TokenIds.of(token), text.add(token)));
    return text.stopped() != null;
  }

  /** Whether the resumed tokens already hold a stop sequence. */
  boolean stopped() {
    return text.stopped() != null;
  }

  void finish(FinishReason reason) {
    // An answer that another backend may go on with keeps its held-back text: it follows from the tokens.
    if (reason == FinishReason.STOP || reason == FinishReason.LENGTH) {
      String rest = text.end();
      if (!rest.isEmpty()) {
        tell(new SequenceEvent.Tokens(TokenIds.NONE, rest));
      }
    }
    end(new SequenceEvent.Finished(reason, promptTokens, cachedPromptTokens, outputTokens(),
        reason == FinishReason.STOP ? text.stopped() : null));
  }

  void fail(String message) {
    end(new SequenceEvent.Failed(message));
  }

  private void end(SequenceEvent last) {
    ended = true;
    sampler.close();
    tell(last);
  }

  /** A listener's fault ends its own sequence, not the scheduler. */
  private void tell(SequenceEvent event) {
    try {
      listener.on(event);
    } catch (RuntimeException e) {
      log.error("a listener failed; its sequence is cancelled", e);
      cancelled = true;
    }
  }
}
