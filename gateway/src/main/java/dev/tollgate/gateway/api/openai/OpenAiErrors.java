package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.admission.limits.LimitHit;
import dev.tollgate.gateway.admission.limits.LimitKind;
import dev.tollgate.gateway.api.LimitHeaders;
import dev.tollgate.gateway.api.RefusalWriter;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Limits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Every refusal in OpenAI's error envelope: the one place where its status, code and text are decided. */
@Component
final class OpenAiErrors implements RefusalWriter {

  private static final int TOO_MANY_REQUESTS = 429;

  private final JsonMapper mapper;

  OpenAiErrors(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** One error as the wire has it. */
  record Envelope(Body error) {}

  record Body(String message, String type, @Nullable String param, @Nullable String code) {}

  private record Answer(int status, String type, @Nullable String code, String message,
      @Nullable String param,
      @Nullable Duration retryAfter) {

    Answer(int status, String type, String code, String message) {
      this(status, type, code, message, null, null);
    }
  }

  @Override
  public void write(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    Answer answer = answer(refusal);
    response.resetBuffer();
    response.setStatus(answer.status());
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    writeHeaders(response, refusal, answer);
    byte[] body = bytes(answer);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  private static void writeHeaders(HttpServletResponse response, Refusal refusal, Answer answer) {
    if (answer.retryAfter() != null) {
      response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds(answer.retryAfter())));
    }
    if (refusal instanceof Refusal.MethodNotAllowed(_, String allowed)) {
      response.setHeader(HttpHeaders.ALLOW, allowed);
    }
    if (refusal instanceof Refusal.RateLimited(LimitHit hit)) {
      LimitHeaders.write(response, hit.status());
    }
    if (answer.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    // The clients try 409 and 429 again by themselves, unless they are told that it is of no use.
    if ((answer.status() == HttpServletResponse.SC_CONFLICT || answer.status() == TOO_MANY_REQUESTS)
        && answer.retryAfter() == null) {
      response.setHeader("x-should-retry", "false");
    }
  }

  private static long wholeSeconds(Duration wait) {
    return Math.max(1, Math.ceilDiv(wait.toMillis(), 1_000L));
  }

  /** The envelope alone, for an answer that has begun to stream. */
  String json(Refusal refusal) {
    return new String(bytes(answer(refusal)), StandardCharsets.UTF_8);
  }

  private byte[] bytes(Answer answer) {
    return mapper.writeValueAsBytes(
        new Envelope(new Body(answer.message(), answer.type(), answer.param(), answer.code())));
  }

  private static Answer answer(Refusal refusal) {
    return switch (refusal) {
      case Refusal.InvalidRequest(String message, String param) ->
        new Answer(400, "invalid_request_error", null, message, param, null);
      case Refusal.ContextTooLong(String message) ->
        new Answer(400, "invalid_request_error", "context_length_exceeded", message, "messages", null);
      case Refusal.BodyTooLarge(long limit) -> new Answer(413, "invalid_request_error", "request_too_large",
          "The body is larger than the limit of " + limit + " bytes.");
      case Refusal.BodyTooSlow(Duration limit) -> new Answer(408, "invalid_request_error", "request_timeout",
          "The body did not arrive in time. Send it within " + limit.toSeconds()
              + " seconds, without long pauses.");
      case Refusal.ReadTooSlowly() -> new Answer(408, "invalid_request_error", "read_too_slowly",
          "The answer was read too slowly and given up. What had been generated is billed. Read it without long pauses.");
      case Refusal.UnsupportedMediaType(String contentType) -> new Answer(415, "invalid_request_error",
          "unsupported_media_type", "Send application/json; the Content-Type was " + contentType + ".");
      case Refusal.MissingKey() -> new Answer(401, "authentication_error", "missing_api_key",
          "No API key was given. Send it as 'Authorization: Bearer YOUR_KEY'.");
      case Refusal.KeyRefused(ApiKeys.Reason reason) -> keyRefused(reason);
      case Refusal.ScopeMissing(var scope) -> new Answer(403, "permission_error", "insufficient_scope",
          "This API key lacks the scope '" + scope.name().toLowerCase(Locale.ROOT)
              + "'. Use a key that has it.");
      case Refusal.NoContract() -> new Answer(403, "permission_error", "no_contract",
          "Your organisation has no plan in force. Ask the operator to set one up.");
      case Refusal.UnknownModel(String model) -> new Answer(404, "invalid_request_error", "model_not_found",
          "The model '" + model + "' does not exist. GET /v1/models lists the models.", "model", null);
      case Refusal.UnknownRequest(String id) ->
        new Answer(404, "invalid_request_error", "request_not_found",
            "This API key has no usage record of a request '"
                + id
                + "'. Give the x-request-id of an answer; there is a record once the answer has ended, and none of a "
                + "request that was refused.");
      case Refusal.UnknownPath(String method, String path) ->
        new Answer(404, "invalid_request_error", "unknown_url",
            "There is no " + method + " " + path + ".");
      case Refusal.MethodNotAllowed(String method, String allowed) -> new Answer(405, "invalid_request_error",
          "method_not_allowed", "This address does not answer " + method + ", only " + allowed + ".");
      case Refusal.InsufficientBalance() -> new Answer(402, "insufficient_quota", "insufficient_balance",
          "Your organisation's funds do not cover this request. Top up the balance and try again.");
      case Refusal.BudgetExceeded() -> new Answer(402, "insufficient_quota", "budget_exceeded",
          "A monthly budget of your organisation, project or key is used up. Raise it or wait for the next month.");
      case Refusal.RateLimited(LimitHit hit) -> rateLimited(hit);
      case Refusal.IdempotentRequestRunning() ->
        new Answer(409, "idempotency_error", "idempotent_request_running",
            "A request with this Idempotency-Key is still running. Try again when it is over.", null,
            Duration.ofSeconds(1));
      case Refusal.IdempotencyKeyReused() -> new Answer(422, "idempotency_error", "idempotency_key_reused",
          "This Idempotency-Key came with another request before. Use a new key for a new request.");
      case Refusal.IdempotentAnswerNotKept(var first) ->
        new Answer(409, "idempotency_error", "idempotent_answer_not_kept",
            "The first request with this Idempotency-Key was answered and billed as " + first
                + "; its answer was too long to be kept. Nothing was billed again. Use a new key to ask again.");
      case Refusal.IdempotentRequestAbandoned(var first) ->
        new Answer(409, "idempotency_error", "idempotent_request_abandoned",
            "The client of the first request with this Idempotency-Key left before its answer was complete. It was "
                + "billed for what had come, as " + first
                + "; nothing was billed again. Use a new key to ask again.");
      case Refusal.TooManyIdempotencyKeys(Duration retryAfter) ->
        new Answer(429, "idempotency_error", "too_many_idempotency_keys",
            "Your organisation has as many Idempotency-Keys kept as it may have. They are kept for 24 hours. "
                + "Try again later, or without a key.",
            null, retryAfter);
      case Refusal.IdempotencyUnavailable() ->
        new Answer(503, "server_error", "idempotency_unavailable",
            "Idempotency-Keys cannot be looked up at the moment. Nothing was billed. Try again shortly.",
            null,
            Duration.ofSeconds(1));
      case Refusal.BackendUnavailable(String model) -> new Answer(503, "server_error", "no_backend",
          "No backend for the model '" + model
              + "' is available at the moment. Nothing was billed. Try again shortly.",
          null, Duration.ofSeconds(1));
      case Refusal.Interrupted() -> new Answer(503, "server_error", "interrupted",
          "The server is being stopped. What had been generated by then is billed. Try again; with the same "
              + "Idempotency-Key that is not billed again.",
          null, Duration.ofSeconds(1));
      case Refusal.TooManyWaiting(Duration retryAfter) -> new Answer(429, "rate_limit_error",
          "too_many_waiting",
          "All backends are busy and your organisation has too many requests waiting. Nothing was billed. Send "
              + "fewer at once, or try again shortly.",
          null, retryAfter);
      case Refusal.Overloaded(Duration retryAfter) -> new Answer(503, "server_error", "overloaded",
          "Too many requests are waiting. Nothing was billed. Try again shortly.", null, retryAfter);
      case Refusal.TimedOut(Duration limit) -> new Answer(504, "server_error", "timeout",
          "The backend did not answer for " + limit.toSeconds() + " seconds. Nothing was billed.");
      case Refusal.BillingUnavailable() -> new Answer(503, "server_error", "billing_unavailable",
          "Requests cannot be billed at the moment, so none are answered. Try again shortly.", null,
          Duration.ofSeconds(1));
      case Refusal.Internal() -> new Answer(500, "server_error", "internal_error",
          "Something went wrong on our side. Nothing was billed. Quote the x-request-id when you report it.");
    };
  }

  private static Answer rateLimited(LimitHit hit) {
    String whose = switch (hit.subject()) {
      case Limits.Subject.OfKey _ -> "this API key";
      case Limits.Subject.OfProject _ -> "the project of this API key";
      case Limits.Subject.OfTenant _ -> "your organisation";
    };
    String what = switch (hit.kind()) {
      case REQUESTS -> "requests per minute";
      case TOKENS -> "tokens per minute";
      case SLOTS -> "concurrent requests";
    };
    String type = hit.kind() == LimitKind.TOKENS ? "tokens" : "requests";
    Duration wait = hit.retryAfter();
    String message = wait == null
        ? "The request is too large for the limit of " + whose + ": it needs " + hit.requested() + " " + what
            + ", the limit is " + hit.limit() + ". Shorten it."
        : "Rate limit reached for " + whose + " on " + what + ": the limit is " + hit.limit()
            + ", the request needs " + hit.requested() + ". Try again in " + wholeSeconds(wait) + "s.";
    return new Answer(429, type, "rate_limit_exceeded", message, null, wait);
  }

  private static Answer keyRefused(ApiKeys.Reason reason) {
    String message = switch (reason) {
      case MALFORMED -> "The API key is garbled: its checksum does not match. Copy it again, whole.";
      case UNKNOWN -> "The API key is not known. Check it or create a new one.";
      case EXPIRED -> "The API key has expired. Create a new one.";
      case REVOKED -> "The API key was revoked. Create a new one.";
      case SUSPENDED -> "Your organisation is suspended. Contact the operator.";
      case OVERDUE -> "Invoices of your organisation are overdue. Access returns as soon as they are paid.";
    };
    String code = switch (reason) {
      case MALFORMED, UNKNOWN -> "invalid_api_key";
      case EXPIRED -> "expired_api_key";
      case REVOKED -> "revoked_api_key";
      case SUSPENDED -> "organisation_suspended";
      case OVERDUE -> "payment_overdue";
    };
    return reason == ApiKeys.Reason.OVERDUE ? new Answer(402, "insufficient_quota", code, message)
        : new Answer(401, "authentication_error", code, message);
  }
}
