package dev.tollgate.gateway.embedded;

import dev.tollgate.gateway.console.credentials.SignInLinks;
import java.io.IOException;

/** Prints a link that signs the first operator in once, {@code ./tollgate sign-in}, whether a gateway runs or not. */
final class SignInCommand {

  private SignInCommand() {}

  public static void main(String[] arguments) throws IOException {
    KeyCommand.print(arguments, context -> "http://localhost:"
        + context.getEnvironment().getProperty("server.port", "8080")
        + context.getBean(SignInLinks.class).forFirstOperator());
  }
}
