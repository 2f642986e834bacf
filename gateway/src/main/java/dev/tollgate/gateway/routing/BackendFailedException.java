package dev.tollgate.gateway.routing;

/** A backend did not do what it was asked; what breakers and retries count. Carries no stack: it is thrown often. */
public final class BackendFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BackendFailedException(String what) {
    super(what, null, false, false);
  }
}
