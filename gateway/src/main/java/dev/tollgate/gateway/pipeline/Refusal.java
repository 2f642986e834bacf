package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.admission.limits.LimitHit;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Every reason for which a request is not answered, whatever protocol it came by. Each protocol maps all of them to its
 * own envelope in one place; adding one here does not compile until it has its text there.
 */
public sealed interface Refusal {

  /**
   * Something in the request is wrong.
   *
   * @param param the JSON path of the field that is wrong, or null where there is none
   */
  record InvalidRequest(String message, @Nullable String param) implements Refusal {}

  record ContextTooLong(String message) implements Refusal {}

  record BodyTooLarge(long limitBytes) implements Refusal {}

  record BodyTooSlow(Duration limit) implements Refusal {}

  /** The client took what was written so slowly that its answer was given up; what was generated is billed. */
  record ReadTooSlowly() implements Refusal {}

  record UnsupportedMediaType(@Nullable String contentType) implements Refusal {}

  record MissingKey() implements Refusal {}

  record KeyRefused(ApiKeys.Reason reason) implements Refusal {}

  record ScopeMissing(Scope scope) implements Refusal {}

  record NoContract() implements Refusal {}

  record UnknownModel(String model) implements Refusal {}

  record UnknownPath(String method, String path) implements Refusal {}

  record MethodNotAllowed(String method, String allowed) implements Refusal {}

  record InsufficientBalance() implements Refusal {}

  record BudgetExceeded() implements Refusal {}

  /** A limit of the key, the project or the tenant does not allow the request now. */
  record RateLimited(LimitHit hit) implements Refusal {}

  /** A request with the same Idempotency-Key is not over yet. */
  record IdempotentRequestRunning() implements Refusal {}

  /** The Idempotency-Key came with another body or address before. */
  record IdempotencyKeyReused() implements Refusal {}

  /** The first request was answered and billed, but its answer was too long to be kept. */
  record IdempotentAnswerNotKept(RequestId first) implements Refusal {}

  /** The client of the first request left before its answer was complete; it was billed for what had come. */
  record IdempotentRequestAbandoned(RequestId first) implements Refusal {}

  /** The tenant has so many Idempotency-Keys kept that no more are taken. */
  record TooManyIdempotencyKeys(Duration retryAfter) implements Refusal {}

  /** Idempotency-Keys cannot be looked up for the moment: the database is away. */
  record IdempotencyUnavailable() implements Refusal {}

  /** No backend for the model, or it failed before or while it answered. */
  record BackendUnavailable(String model) implements Refusal {}

  /** The backend's queue is full. */
  record Overloaded(Duration retryAfter) implements Refusal {}

  /** The answer took longer than a request may. */
  record TimedOut(Duration limit) implements Refusal {}

  /** Funds or settlement cannot be had for the moment: the database is away. */
  record BillingUnavailable() implements Refusal {}

  /** A fault of ours; its details are in the log under the request id. */
  record Internal() implements Refusal {}
}
