package dev.tollgate.gateway.console.provider;

/** The provider does not answer, or what it answers is not to be believed. */
public final class ProviderException extends Exception {

  private static final long serialVersionUID = 1;

  ProviderException(String what, Exception cause) {
    super(what, cause);
  }
}
