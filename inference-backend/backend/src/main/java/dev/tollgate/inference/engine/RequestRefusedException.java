package dev.tollgate.inference.engine;

/**
 * Carries a {@link Refusal} up to the caller. An exception, though an expected one: refusals come from deep inside
 * the parsing of prompts, schemas and grammars.
 */
public final class RequestRefusedException extends Exception {

  private final transient Refusal refusal;

  public RequestRefusedException(Refusal.Code code, String message) {
    super(message, null, false, false);
    this.refusal = new Refusal(code, message);
  }

  public static RequestRefusedException invalid(String message) {
    return new RequestRefusedException(Refusal.Code.INVALID_REQUEST, message);
  }

  public Refusal refusal() {
    return refusal;
  }
}
