package dev.tollgate.gateway.admission.limits;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request has taken of its limits. It is counted when it comes in; its tokens are taken when its input is known,
 * and more while its answer grows. Closing it frees its places; what it did not use is given back. Used by one thread at
 * a time.
 */
public final class Passage implements AutoCloseable {

  /** That of a caller without limits. */
  static final Passage FREE = new Passage(null, List.of(), List.of(), List.of());

  private final @Nullable RateLimiter limiter;
  private final List<Share> requests;
  private final List<Share> slots;
  private final List<Share> tokens;
  private final List<Taken> entered = new ArrayList<>(3);
  private final List<Taken> occupied = new ArrayList<>(3);
  /** In the order in which they were taken, those of one step together. */
  private final List<Taken> charges = new ArrayList<>(3);
  private long charged;
  private boolean settled;

  Passage(@Nullable RateLimiter limiter, List<Share> requests, List<Share> slots, List<Share> tokens) {
    this.limiter = limiter;
    this.requests = requests;
    this.slots = slots;
    this.tokens = tokens;
  }

  /** Counts the request and takes its places; the limit that forbids it, in which case nothing is taken. */
  @Nullable
  LimitHit enter() {
    Share full = take(requests, 1, entered);
    if (full == null) {
      full = take(slots, 1, occupied);
      if (full != null) {
        undo(entered);
      }
    }
    return full == null ? null : hit(full, 1);
  }

  /**
   * Takes the tokens that the first step needs. If a limit forbids it, nothing is taken, and the request does not count.
   *
   * @param amount the whole input and the first window of output
   */
  public @Nullable LimitHit reserve(long amount) {
    if (limiter == null) {
      return null;
    }
    Share full = take(tokens, amount, charges);
    if (full != null) {
      waive();
      return hit(full, amount);
    }
    charged = amount;
    return null;
  }

  /**
   * Counts tokens of an answer that grows. A running answer is never stopped for a rate limit: what it takes beyond
   * must rest before the next request is let in.
   *
   * @param total input and output that the request may have used by now
   */
  public void charge(long total) {
    if (limiter == null || total <= charged) {
      return;
    }
    long now = limiter.now();
    for (Share share : tokens) {
      charges.add(limiter.charge(share, total - charged, now));
    }
    charged = total;
  }

  /** Gives back the tokens that were taken beyond what was used, those taken last first. */
  public void settle(long used) {
    if (limiter == null) {
      return;
    }
    settled = true;
    long unused = charged - used;
    for (int last = charges.size() - 1; last >= 0 && unused > 0;) {
      long part = Math.min(unused, charges.get(last).amount());
      for (int level = 0; level < tokens.size(); level++, last--) {
        charges.set(last, charges.get(last).less(part));
      }
      unused -= part;
    }
    charged = Math.min(charged, used);
  }

  /** Has the request not count at all: it failed through no fault of its caller. */
  public void waive() {
    if (limiter != null) {
      settle(0);
      undo(entered);
    }
  }

  /** What the caller has left, as its tightest limits have it. */
  public LimitStatus status() {
    if (limiter == null) {
      return LimitStatus.UNLIMITED;
    }
    long now = limiter.now();
    return new LimitStatus(tightest(requests, now), tightest(tokens, now));
  }

  private static LimitStatus.@Nullable Rate tightest(List<Share> shares, long now) {
    LimitStatus.Rate tightest = null;
    for (Share share : shares) {
      tightest = LimitStatus.Rate.tighter(tightest, share.rate(now));
    }
    return tightest;
  }

  /** Frees the places; tokens that were never settled were never used. */
  @Override
  public void close() {
    if (limiter != null) {
      if (!settled) {
        settle(0);
      }
      undo(occupied);
    }
  }

  /** Takes of all or of none; the share that had not enough, or null. */
  private @Nullable Share take(List<Share> shares, long amount, List<Taken> taken) {
    if (limiter == null || shares.isEmpty()) {
      return null;
    }
    long now = limiter.now();
    long deadline = limiter.deadline(now);
    for (Share share : shares) {
      Taken one = limiter.take(share, amount, now, deadline);
      if (one == null) {
        undo(taken);
        return share;
      }
      taken.add(one);
    }
    return null;
  }

  private LimitHit hit(Share share, long amount) {
    long now = limiter == null ? 0 : limiter.now();
    return new LimitHit(share.subject(), share.kind(), share.limit(), amount, share.retryAfter(amount, now),
        status());
  }

  private static void undo(List<Taken> taken) {
    taken.forEach(Taken::undo);
    taken.clear();
  }
}
