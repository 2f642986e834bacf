package dev.tollgate.gateway.pipeline;

/** Carries a {@link Refusal} out of the request path to the mapping of the protocol. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    // An expected outcome: no stack trace is worth its cost.
    super(refusal.toString(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
