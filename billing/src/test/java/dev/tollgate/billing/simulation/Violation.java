package dev.tollgate.billing.simulation;

/** A rule about money was broken. */
final class Violation extends AssertionError {

  private static final long serialVersionUID = 1;

  Violation(String what) {
    super(what);
  }
}
