package dev.tollgate.gateway.embedded;

import java.io.IOException;

/** Prints a new token of an operator, {@code ./tollgate operator-token}, whether a gateway runs or not. */
final class OperatorTokenCommand {

  private OperatorTokenCommand() {}

  public static void main(String[] arguments) throws IOException {
    KeyCommand.print(arguments, context -> context.getBean(OperatorAccess.class).issueToken());
  }
}
