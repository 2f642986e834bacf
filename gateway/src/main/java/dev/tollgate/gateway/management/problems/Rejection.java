package dev.tollgate.gateway.management.problems;

import dev.tollgate.tenants.Tokens;
import java.util.List;

/** Every reason for which a request to the management API is not answered with what it asks for. */
public sealed interface Rejection {

  record MissingToken() implements Rejection {}

  record TokenRefused(Tokens.Reason reason) implements Rejection {}

  /** The role may not do it; {@code action} is what was tried, as the table of access names it. */
  record Forbidden(String role, String action) implements Rejection {}

  /** Nothing is there, or nothing that the caller may know of. */
  record NotFound(String what) implements Rejection {}

  record MethodNotAllowed(String method, String allowed) implements Rejection {}

  record NotAcceptable() implements Rejection {}

  record UnsupportedMediaType(String given) implements Rejection {}

  record BodyTooLarge(int limit) implements Rejection {}

  /** What stands behind the question mark of the address. */
  record UnreadableParameters() implements Rejection {}

  /** The body is no JSON at all. */
  record Malformed(String detail) implements Rejection {}

  /** What was sent can be read but breaks rules. */
  record Invalid(List<FieldError> errors) implements Rejection {}

  /** What was asked for does not go together with what is there. */
  record Conflict(List<FieldError> errors) implements Rejection {}

  record PreconditionRequired() implements Rejection {}

  record PreconditionFailed() implements Rejection {}

  /** The idempotency key was used for another request. */
  record KeyUsedOtherwise() implements Rejection {}

  /** The database is away or too busy. */
  record Unavailable() implements Rejection {}

  record Internal() implements Rejection {}

  static RejectedException invalid(String field, String rule) {
    return new RejectedException(new Invalid(List.of(FieldError.of(field, rule))));
  }

  static RejectedException conflict(String field, String rule) {
    return new RejectedException(new Conflict(List.of(FieldError.of(field, rule))));
  }

  static RejectedException notFound(String what) {
    return new RejectedException(new NotFound(what));
  }
}
