package dev.tollgate.gateway.generation;

import io.grpc.Status;

/** Why a backend did not finish a sequence. */
public sealed interface Failure {

  /** What the caller asked for cannot be done; the message is meant for the caller. */
  record Invalid(String message) implements Failure {}

  /** The prompt does not fit the model; the message is meant for the caller and carries the numbers. */
  record ContextTooLong(String message) implements Failure {}

  /** The backend's queue is full. */
  record Overloaded() implements Failure {}

  /** The backend is gone, broken or does not know the model any more; the detail is for the log. */
  record Unavailable(String detail) implements Failure {}

  /** The backend is well but cannot go on with what another one began; the detail is for the log. */
  record NotResumed(String detail) implements Failure {}

  String CONTEXT_TOO_LONG = "context_length_exceeded: ";
  String INVALID = "invalid_request: ";

  /** Reads a backend's status; inference-backend/README.md lists the codes it uses. */
  static Failure of(Status status) {
    String description = status.getDescription() == null ? status.getCode().name() : status.getDescription();
    return switch (status.getCode()) {
      case INVALID_ARGUMENT -> description.startsWith(CONTEXT_TOO_LONG)
          ? new ContextTooLong(description.substring(CONTEXT_TOO_LONG.length()))
          : new Invalid(
              description.startsWith(INVALID) ? description.substring(INVALID.length()) : description);
      case RESOURCE_EXHAUSTED -> new Overloaded();
      case ABORTED -> new NotResumed(description);
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED,
          FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS,
          UNAUTHENTICATED ->
        new Unavailable(status.getCode() + ": " + description);
    };
  }
}
