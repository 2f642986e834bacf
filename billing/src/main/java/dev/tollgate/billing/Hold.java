package dev.tollgate.billing;

import dev.tollgate.billing.Reservations.Refusal;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Funds set aside for one running request. Used by one thread at a time. It ends by exactly one of
 * {@link #settle} and {@link #release}; what is called after that changes nothing.
 */
public interface Hold {

  /** Output tokens that are covered so far, from the start of the answer. */
  long coveredOutputTokens();

  /**
   * Covers more output tokens.
   *
   * @param more how many beyond {@link #coveredOutputTokens()}, at least 1
   * @return how many of them the funds cover: fewer than asked where funds run out, 0 when none are left
   */
  long extend(long more);

  /**
   * Whether {@link #extend} last gave nothing only because the database could not be asked, so that it may do better soon
   * (money rule 11).
   */
  boolean mayExtendLater();

  /**
   * Why {@link #extend} last gave nothing: for want of funds, because of a budget, or because this instance could not
   * vouch for funds. Null if it gave something or was not called.
   */
  @Nullable
  Refusal shortage();

  /**
   * Bills what was used and frees the rest at once. The stage completes when the settlement is durable; until then
   * the last bytes of the answer must not leave (money rule 4). It fails only if durability cannot be had within
   * the settlement time limit; the settlement is then still applied exactly once if it reached the database.
   *
   * @throws IllegalArgumentException if the consumption is more than the hold covers
   */
  CompletionStage<Receipt> settle(Consumption consumption);

  /**
   * Remembers what was used so far, some time soon and only the latest, so that it is billed if this instance dies before
   * it settles. Never waits. To be called every few seconds by requests that run for long.
   *
   * @throws IllegalArgumentException if the consumption is more than the hold covers
   */
  void checkpoint(Consumption soFar);

  /**
   * Frees everything; nothing is billed and no usage is recorded. For requests that never reached a backend.
   *
   * @throws IllegalStateException if there was a checkpoint: what was used is to be settled
   */
  void release();
}
