package dev.tollgate.gateway.admission.idempotency;

import dev.tollgate.billing.RequestId;

/** What a request with an Idempotency-Key finds. */
public sealed interface Claim {

  /** It is the first, or takes the place of one that came to nothing; it must be ended by its attempt. */
  record Granted(Attempt attempt) implements Claim {}

  /** The request was answered before. */
  record Finished(KeptAnswer answer) implements Claim {}

  /** The request was answered and billed before, but the answer was too long to be kept. */
  record NotKept(RequestId first) implements Claim {}

  /** The client of the first request left; it was billed for what had come by then. */
  record Abandoned(RequestId first) implements Claim {}

  /** The first request is not over. */
  record Running() implements Claim {}

  /** The key belongs to another request. */
  record OtherRequest() implements Claim {}

  /** The tenant has as many keys, or as much of answers, as are kept. */
  record TooMany() implements Claim {}

  /** The database is away. */
  record Unavailable() implements Claim {}
}
