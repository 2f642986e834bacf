package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A response that is no answer.
 *
 * @param said the server's reason, in one line
 */
record Rejection(RemoteSettings settings, int status, String said) {

  /** What happened, and what an operator can do. */
  String message() {
    return "the server at " + settings.url().getAuthority() + " " + switch (status) {
      case 400, 422 -> "refuses the request: " + said;
      case 401, 403 -> "refuses the key; set the environment variable that key_variable names: " + said;
      case 404 -> "has no model " + settings.model() + " or no API at this url: " + said;
      case 429 -> "is overloaded or its quota is used up: " + said;
      case 503 -> "is overloaded or starting: " + said;
      default -> "answered with status " + status + ": " + said;
    };
  }

  /** What it is to the caller; null where the server or its configuration is at fault. */
  @Nullable
  Refusal refusal() {
    return switch (status) {
      case 400, 422 -> new Refusal(Refusal.Code.INVALID_REQUEST, toTheCaller());
      case 429, 503 -> new Refusal(Refusal.Code.OVERLOADED, "the model's server has too many requests");
      default -> null;
    };
  }

  /** A server of one's own speaks of the request alone; a vendor may speak of the operator's account there. */
  private String toTheCaller() {
    String refused = "the model's server refuses the request";
    return settings.server().takesIds() ? refused + ": " + said : refused;
  }
}
