package dev.tollgate.gateway.management.problems;

import dev.tollgate.gateway.api.ReadableParameters;
import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.tenants.Tokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Every rejection as a problem: the one place where its status, type and text are decided. */
@Component
public final class Problems {

  private static final String TYPES = "urn:tollgate:problem:";

  private final JsonMapper mapper;

  Problems(JsonMapper mapper) {
    this.mapper = mapper;
  }

  private record Kind(int status, String type, String title, String detail, List<FieldError> errors) {

    Kind(int status, String type, String title, String detail) {
      this(status, type, title, detail, List.of());
    }
  }

  /** Answers a request with a problem; does nothing if the response has left already. */
  public void write(HttpServletRequest request, HttpServletResponse response, Rejection rejection)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    Kind kind = kind(rejection);
    byte[] body = mapper.writeValueAsBytes(new Problem(TYPES + kind.type(), kind.title(), kind.status(),
        kind.detail(), "urn:uuid:" + RequestIds.of(request), kind.errors()));
    response.resetBuffer();
    response.setStatus(kind.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setHeader(HttpHeaders.ETAG, null);
    if (rejection instanceof Rejection.MethodNotAllowed(_, String allowed)) {
      response.setHeader(HttpHeaders.ALLOW, allowed);
    }
    if (kind.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (kind.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
      response.setHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static Kind kind(Rejection rejection) {
    return switch (rejection) {
      case Rejection.MissingToken() -> new Kind(401, "no-token", "No token",
          "Send a management token as 'Authorization: Bearer YOUR_TOKEN'. API keys do not open this API.");
      case Rejection.TokenRefused(Tokens.Reason reason) ->
        new Kind(401, "token-refused", "Token refused", refused(reason));
      case Rejection.Forbidden(String role, String action) -> new Kind(403, "forbidden", "Not allowed",
          "The role " + role + " may not do this: " + action + ".");
      case Rejection.NotFound(String what) ->
        new Kind(404, "not-found", "Not found", "There is no " + what + ".");
      case Rejection.MethodNotAllowed(String method, String allowed) -> new Kind(405, "method-not-allowed",
          "Method not allowed", "This address does not answer " + method + ", only " + allowed + ".");
      case Rejection.NotAcceptable() -> new Kind(406, "not-acceptable", "Not acceptable",
          "Answers are application/json. Send 'Accept: application/json'.");
      case Rejection.UnsupportedMediaType(String given) -> new Kind(415, "unsupported-media-type",
          "Unsupported media type", "Send application/json; the Content-Type was " + given + ".");
      case Rejection.BodyTooLarge(int limit) -> new Kind(413, "body-too-large", "Body too large",
          "A body may have " + limit + " bytes at most.");
      case Rejection.UnreadableParameters() -> new Kind(400, "unreadable-parameters", "Unreadable parameters",
          ReadableParameters.RULE);
      case Rejection.Malformed(String detail) -> new Kind(400, "malformed-body", "Malformed body", detail);
      case Rejection.Invalid(List<FieldError> errors) -> new Kind(422, "invalid", "Invalid request",
          sentence(errors), errors);
      case Rejection.Conflict(List<FieldError> errors) -> new Kind(409, "conflict",
          "In conflict with what is there", sentence(errors), errors);
      case Rejection.PreconditionRequired() -> new Kind(428, "precondition-required", "Precondition required",
          "Read what you change and send its ETag as If-Match, so that no other change gets lost.");
      case Rejection.PreconditionFailed() -> new Kind(412, "precondition-failed", "Precondition failed",
          "It was changed since it was read. Read it again, and decide again.");
      case Rejection.KeyUsedOtherwise() -> new Kind(422, "idempotency-key-used",
          "Idempotency key used for another request",
          "This Idempotency-Key was sent with another request. Take a new key for every new request.");
      case Rejection.Unavailable() -> new Kind(503, "unavailable", "Unavailable",
          "The database does not answer at the moment. Nothing was changed. Try again shortly.");
      case Rejection.Internal() -> new Kind(500, "internal", "Internal error",
          "Something went wrong on our side. Nothing was changed. Quote the instance when you report it.");
    };
  }

  private static String refused(Tokens.Reason reason) {
    return switch (reason) {
      case MALFORMED -> "This is no management token, or it is garbled. Copy it again, whole.";
      case UNKNOWN -> "The token is not known. Check it or have a new one made.";
      case EXPIRED -> "The token has expired. Have a new one made.";
      case REVOKED -> "The token was revoked. Have a new one made.";
    };
  }

  private static String sentence(List<FieldError> errors) {
    return errors.size() == 1 ? errors.getFirst().message()
        : errors.size() + " parts of the request break rules; errors says which.";
  }
}
