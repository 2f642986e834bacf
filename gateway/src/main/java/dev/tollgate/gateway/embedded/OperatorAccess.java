package dev.tollgate.gateway.embedded;

import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.Tokens.Holder;

/** How the person who starts the embedded default comes into the management API. */
final class OperatorAccess {

  private final Tokens tokens;

  OperatorAccess(Tokens tokens) {
    this.tokens = tokens;
  }

  /** A new token of an operator who may do everything. */
  String issueToken() {
    return tokens.issue(new Holder.Operator(OperatorRole.ADMIN), "made on the command line", null).secret();
  }
}
