package dev.tollgate.gateway.admission.limits;

import dev.tollgate.gateway.admission.limits.JdbcShareStore.Answer;
import dev.tollgate.gateway.admission.limits.JdbcShareStore.Ask;
import dev.tollgate.gateway.coordination.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets shares what they lack, by asking the database within the patience of one request, and gives back what they have
 * idle. A request is refused on an answer to a question that included its need, and after the other instances were asked
 * to give back; or at once, where that was so a moment ago.
 */
final class Lender {

  private static final Logger log = LoggerFactory.getLogger(Lender.class);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int QUESTIONS_AT_ONCE = 64;

  private final JdbcShareStore store;
  private final Presence presence;
  private final Executor executor;
  private final LongSupplier nanos;
  private final LongConsumer pauseNanos;
  private final long patienceNanos;
  /** What an answer may take before the database counts as away. */
  private final long answerNanos;

  Lender(JdbcShareStore store, Presence presence, Executor executor, LongSupplier nanos,
      LongConsumer pauseNanos, long patienceNanos) {
    this.store = store;
    this.presence = presence;
    this.executor = executor;
    this.nanos = nanos;
    this.pauseNanos = pauseNanos;
    this.patienceNanos = patienceNanos;
    this.answerNanos = patienceNanos * 2 / 5;
  }

  /** How asking for an amount ended. */
  sealed interface Outcome {

    /** It is used since that time. */
    record Taken(long at) implements Outcome {}

    record Denied() implements Outcome {}

    /** The share went out of use in between: there is another one by now. */
    record Dropped() implements Outcome {}
  }

  /** Takes an amount that the share at hand does not cover. */
  Outcome obtain(Share share, long amount, long deadlineNanos) {
    if (!share.await(amount)) {
      return new Outcome.Dropped();
    }
    try {
      while (true) {
        Outcome outcome = attempt(share, amount, deadlineNanos);
        if (outcome != null) {
          return outcome;
        }
      }
    } finally {
      share.leave(amount);
    }
  }

  /** One round of asking; null if another one may help. */
  private @Nullable Outcome attempt(Share share, long amount, long deadlineNanos) {
    long now = nanos.getAsLong();
    if (share.take(amount, now)) {
      return new Outcome.Taken(now);
    }
    if (share.isCutOff(now)) {
      return share.takeOnCredit(amount, now) ? new Outcome.Taken(now) : new Outcome.Denied();
    }
    if (share.isDenied(now) || amount > share.limit()) {
      return new Outcome.Denied();
    }
    var fresh = new Exchange();
    Exchange running = share.joinOrBegin(fresh);
    boolean included = running == fresh || !running.isAsked();
    if (running == fresh) {
      executor.execute(() -> exchange(List.of(share), List.of(fresh)));
    }
    if (!running.isAnsweredWithin(Math.max(deadlineNanos - now, answerNanos))) {
      share.cutOff(nanos.getAsLong());
      return null;
    }
    long answeredAt = nanos.getAsLong();
    if (share.take(amount, answeredAt)) {
      return new Outcome.Taken(answeredAt);
    }
    return included ? awaitOthers(share, answeredAt, deadlineNanos) : null;
  }

  /** Waits for what others may give back; a denial if there is nothing to wait for. */
  private @Nullable Outcome awaitOthers(Share share, long now, long deadlineNanos) {
    if (share.isLentElsewhere() && deadlineNanos - now > answerNanos) {
      if (share.mayRecall(now)) {
        recall(share, now);
      }
      if (share.isRecalling(now, patienceNanos)) {
        pauseNanos.accept(PAUSE_NANOS);
        return null;
      }
    }
    share.deny(now);
    return new Outcome.Denied();
  }

  private void recall(Share share, long now) {
    Long epoch = presence.epoch();
    if (epoch == null) {
      return;
    }
    share.beThrifty(now);
    try {
      store.recall(epoch, share.subject().id(), share.kind());
    } catch (RuntimeException e) {
      log.warn("The other instances could not be asked for their shares: {}", e.toString());
    }
  }

  /** Borrows ahead of demand, in the background. */
  void refill(Share share) {
    executor.execute(() -> settle(List.of(share)));
  }

  /** Gives back at once what is idle of a share, and keeps nothing idle for a while. */
  void giveUp(Share share) {
    share.beThrifty(nanos.getAsLong());
    var fresh = new Exchange();
    Exchange running = share.joinOrBegin(fresh);
    // The one that is under way does not know yet that nothing shall be kept.
    if (running != fresh && running.isAnsweredWithin(answerNanos)) {
      running = share.joinOrBegin(fresh);
    }
    if (running == fresh) {
      exchange(List.of(share), List.of(fresh));
    }
  }

  /** The same in the background, because another instance is short of it. */
  void recalled(Share share) {
    executor.execute(() -> giveUp(share));
  }

  /** Tells the database what shares have idle or have used, keeping nothing ahead where others are short of it. */
  void settle(List<Share> shares) {
    for (int from = 0; from < shares.size(); from += QUESTIONS_AT_ONCE) {
      var begun = new ArrayList<Share>();
      var exchanges = new ArrayList<Exchange>();
      for (Share share : shares.subList(from, Math.min(shares.size(), from + QUESTIONS_AT_ONCE))) {
        var fresh = new Exchange();
        if (share.joinOrBegin(fresh) == fresh) {
          begun.add(share);
          exchanges.add(fresh);
        }
      }
      if (!begun.isEmpty()) {
        exchange(begun, exchanges);
      }
    }
  }

  /** Asks for several shares in one statement. Whatever happens, their exchanges end. */
  private void exchange(List<Share> shares, List<Exchange> exchanges) {
    List<Answer> answers = List.of();
    try {
      Long epoch = presence.epoch();
      if (epoch != null) {
        exchanges.forEach(Exchange::markAsked);
        long now = nanos.getAsLong();
        List<Ask> asks = shares.stream().map(share -> share.ask(epoch, now)).toList();
        answers = store.borrow(epoch, asks);
        if (answers.isEmpty()) {
          presence.beat();
        }
      }
    } catch (RuntimeException e) {
      log.warn("Shares of limits could not be settled with the database: {}", e.toString());
    } finally {
      for (int i = 0; i < shares.size(); i++) {
        if (answers.isEmpty()) {
          shares.get(i).failed(exchanges.get(i), nanos.getAsLong());
        } else {
          shares.get(i).answered(answers.get(i));
        }
        exchanges.get(i).complete(!answers.isEmpty());
      }
    }
  }
}
