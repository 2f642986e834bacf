package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.SequenceEvent;
import dev.tollgate.inference.engine.SequenceListener;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.tokens.AnswerText;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer on its way. Grants and cancellation come from any thread; everything else belongs to the loop's thread. */
final class RelaySequence implements Sequence {

  private static final Logger log = LoggerFactory.getLogger(RelaySequence.class);

  private final GenerationRequest request;
  private final SequenceListener listener;
  private final AnswerText text;
  private final IntPredicate ends;
  private final KnownTokens tokens;
  private final Beginning beginning;
  private final long seed;
  private final int capacity;
  private final int mostOutput;
  private final RelayLoop loop;
  private volatile Grant grant;
  private volatile boolean cancelled;

  private @Nullable RelayRun run;
  private TokenSink.@Nullable End end;
  private boolean begun;
  private boolean firstRun;
  private boolean orderedAll;
  private int heardInRun;
  private boolean started;
  private boolean ended;
  private int cachedPromptTokens;
  private long idleSince = System.nanoTime();

  RelaySequence(GenerationRequest request, int[] prompt, int contextLength, AnswerText text,
      IntPredicate ends,
      long seed, SequenceListener listener, RelayLoop loop, boolean continues) {
    this.request = request;
    this.listener = listener;
    this.text = text;
    this.ends = ends;
    this.seed = seed;
    this.loop = loop;
    this.grant = request.grant();
    int[] resumed = request.resumed().toArray();
    this.tokens = new KnownTokens(prompt, resumed);
    this.beginning = continues && mayBeCut() ? Beginning.none() : new Beginning(resumed);
    this.capacity = contextLength - prompt.length;
    int asked = request.maxOutputTokens();
    this.mostOutput = asked == 0 ? capacity : Math.min(asked, capacity);
  }

  @Override
  public int promptTokens() {
    return tokens.promptTokens();
  }

  @Override
  public int outputCapacity() {
    return capacity;
  }

  @Override
  public void grant(Grant more) {
    synchronized (this) {
      grant = grant.and(more);
    }
    loop.wake(this);
  }

  @Override
  public void cancel() {
    cancelled = true;
    loop.wake(this);
  }

  @Override
  public void wake() {
    loop.wake(this);
  }

  int priority() {
    return request.priority();
  }

  boolean cancelled() {
    return cancelled;
  }

  boolean ended() {
    return ended;
  }

  boolean granted() {
    return grant.outputTokens() > tokens.delivered();
  }

  boolean readerReady() {
    return listener.ready();
  }

  boolean paused() {
    return !granted() || !readerReady();
  }

  boolean begun() {
    return begun;
  }

  long idleNanos(long now) {
    return now - idleSince;
  }

  void moved(long now) {
    idleSince = now;
  }

  /** Most tokens that are still to be computed. */
  long outstanding() {
    return (begun ? 0 : tokens.promptTokens()) + beginning.left()
        + (long) Math.max(0, mostOutput - tokens.delivered());
  }

  Beginning beginning() {
    return beginning;
  }

  boolean exhausted() {
    Grant now = grant;
    return tokens.delivered() >= mostOutput || (now.last() && now.outputTokens() <= tokens.delivered());
  }

  boolean stopped() {
    return text.stopped() != null;
  }

  /** How the runtime ended the answer, once everything it sent has been handed on. */
  TokenSink.@Nullable End drained() {
    return tokens.held() == 0 ? end : null;
  }

  boolean holdsMoreThan(int count) {
    return tokens.held() > count;
  }

  @Nullable
  RelayRun run() {
    return run;
  }

  /** Whether a run is needed for more tokens. */
  boolean wantsRun() {
    return run == null && end == null && tokens.held() == 0 && granted() && readerReady();
  }

  /** Whether another run can go on where one was cut. A format begins anew with every run. */
  boolean mayBeCut() {
    return request.sampling().responseFormat() instanceof ResponseFormat.Free;
  }

  /** What the next run shall do. */
  Order order() {
    Grant now = grant;
    int most = now.last() ? Math.min(mostOutput, now.outputTokens()) : mostOutput;
    int soFar = beginning.isOpen() ? 0 : tokens.output();
    orderedAll = most == mostOutput;
    heardInRun = 0;
    return new Order(request.prompt(), tokens.first(soFar), soFar, most - soFar, request.sampling(),
        seed + soFar, request.priority(), request.cacheSalt());
  }

  void begins(RelayRun newRun) {
    run = newRun;
    beginning.runs(System.nanoTime());
    firstRun = !begun;
    begun = true;
  }

  /** Whether the run that goes on is the sequence's first one. */
  boolean firstRun() {
    return firstRun;
  }

  /** Lets go of the run; what it still sends is not heard. */
  void leavesRun() {
    RelayRun left = run;
    if (left != null) {
      run = null;
      left.cancel();
    }
  }

  /** Takes in what a run sent; a token that ends the answer is not kept. */
  void received(int[] ids) {
    heardInRun += ids.length;
    for (int id : ids) {
      if (end != null || tokens.output() >= mostOutput) {
        return;
      }
      boolean isEnd = ends.test(id) && !request.sampling().ignoreEnd();
      if (isEnd) {
        beginning.ended();
        end = TokenSink.End.STOP;
      } else if (beginning.isOpen()) {
        beginning.take(id);
      } else {
        tokens.add(id);
      }
    }
  }

  void runEnded(TokenSink.End how) {
    run = null;
    beginning.ended();
    // A run that was ordered up to a grant ends there, though more may have been granted since.
    boolean goesOn = how == TokenSink.End.LENGTH && !orderedAll && heardInRun > 0;
    if (end == null && !goesOn) {
      end = how;
    }
  }

  void cached(int promptTokens) {
    cachedPromptTokens = Math.clamp(promptTokens, 0, tokens.promptTokens());
  }

  int cachedPromptTokens() {
    return cachedPromptTokens;
  }

  /** It has begun, as far as its caller is concerned, once nothing of it is generated a second time. */
  void tellStarted() {
    if (!started && !beginning.isOpen()) {
      started = true;
      tell(new SequenceEvent.Started(cachedPromptTokens));
    }
  }

  /** Hands on what is granted and fits. Returns how many tokens that were. */
  int deliver() {
    int[] ids = new int[Math.min(tokens.held(), Math.max(0, grant.outputTokens() - tokens.delivered()))];
    int count = 0;
    StringBuilder certain = new StringBuilder();
    while (count < ids.length && text.stopped() == null) {
      int id = tokens.deliver();
      ids[count++] = id;
      certain.append(text.add(id));
    }
    if (count > 0) {
      tell(new SequenceEvent.Tokens(TokenIds.of(Arrays.copyOf(ids, count)), certain.toString()));
    }
    return count;
  }

  void finish(FinishReason reason) {
    // An answer that another backend may go on with keeps its held-back text: it follows from the tokens.
    if (reason == FinishReason.STOP || reason == FinishReason.LENGTH) {
      String rest = text.end();
      if (!rest.isEmpty()) {
        tell(new SequenceEvent.Tokens(TokenIds.NONE, rest));
      }
    }
    end(new SequenceEvent.Finished(reason, tokens.promptTokens(), cachedPromptTokens, tokens.delivered(),
        reason == FinishReason.STOP ? text.stopped() : null));
  }

  void end(SequenceEvent last) {
    leavesRun();
    ended = true;
    tell(last);
  }

  /** A listener's fault ends its own sequence, not the loop. */
  private void tell(SequenceEvent event) {
    try {
      listener.on(event);
    } catch (RuntimeException e) {
      log.error("a listener failed; its sequence is cancelled", e);
      cancelled = true;
    }
  }
}
