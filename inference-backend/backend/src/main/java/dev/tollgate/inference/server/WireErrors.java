package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Collection;
import java.util.Locale;

/**
 * Errors as callers see them: a gRPC status whose description is {@code code: text}, the code also in the trailer
 * {@code tollgate-error-code}.
 */
final class WireErrors {

  static final Metadata.Key<String> CODE = Metadata.Key.of("tollgate-error-code",
      Metadata.ASCII_STRING_MARSHALLER);

  private WireErrors() {}

  static StatusException refused(Refusal refusal) {
    Status status = switch (refusal.code()) {
      case INVALID_REQUEST, CONTEXT_LENGTH_EXCEEDED -> Status.INVALID_ARGUMENT;
      case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
      case DRAINING -> Status.UNAVAILABLE;
    };
    return error(status, refusal.code().name().toLowerCase(Locale.ROOT), refusal.message());
  }

  static StatusException invalid(String message) {
    return error(Status.INVALID_ARGUMENT, "invalid_request", message);
  }

  static StatusException modelNotFound(Collection<String> served) {
    return error(Status.NOT_FOUND, "model_not_found",
        "this backend does not serve that model; it serves " + String.join(", ", served));
  }

  static StatusException engineFailed(String message) {
    return error(Status.INTERNAL, "engine_failed", message);
  }

  static StatusException notResumed(String message) {
    return error(Status.ABORTED, "not_resumed", message);
  }

  private static StatusException error(Status status, String code, String message) {
    Metadata trailers = new Metadata();
    trailers.put(CODE, code);
    return status.withDescription(code + ": " + message).asException(trailers);
  }
}
