package dev.tollgate.gateway.admission.limits;

/** What a limit counts. The names are stored. */
public enum LimitKind {
  /** Requests within any minute. */
  REQUESTS,
  /** Input and output tokens within any minute. */
  TOKENS,
  /** Requests that run at one time. */
  SLOTS
}
