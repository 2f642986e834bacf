package dev.tollgate.gateway.api;

import dev.tollgate.billing.OperatorRefusals;
import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.admission.idempotency.Attempt;
import dev.tollgate.gateway.admission.idempotency.Claim;
import dev.tollgate.gateway.admission.idempotency.IdempotencyKeys;
import dev.tollgate.gateway.admission.idempotency.KeptAnswer;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Arrival;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Honours {@code Idempotency-Key}: a key is run and billed once, and answered alike from then on. */
@Component
public final class IdempotentRequests {

  private static final String HEADER = "Idempotency-Key";
  private static final int LONGEST_KEY = 255;
  private static final Duration FULL_RETRY = Duration.ofMinutes(1);
  /** Compressed: more than a model can write at a stretch. */
  private static final int LONGEST_RECORDING = 4 << 20;
  private static final long ALL_RECORDINGS = 128L << 20;

  private final IdempotencyKeys keys;
  private final OperatorRefusals refusals;
  private final Recordings recordings = new Recordings(LONGEST_RECORDING, ALL_RECORDINGS);

  IdempotentRequests(IdempotencyKeys keys, OperatorRefusals refusals) {
    this.keys = keys;
    this.refusals = refusals;
  }

  /** How a request is answered if it has to be. */
  @FunctionalInterface
  public interface Answering {

    /**
     * Answers it.
     *
     * @param arrival as which it is billed
     * @param response where to
     * @param kept what the writer of the answer must be passed through
     */
    void answer(Arrival arrival, HttpServletResponse response, UnaryOperator<AnswerWriter> kept)
        throws IOException, InterruptedException;
  }

  /**
   * Answers a request: by itself where it bears no key.
   *
   * @param body its exact bytes
   * @throws RefusedException if the key is malformed, taken by a request that still runs, or by another request; or if
   *     the request itself is refused, which frees the key unless an earlier attempt may have been billed
   */
  public void serve(HttpServletRequest request, HttpServletResponse response, Arrival arrival, byte[] body,
      Answering answering) throws IOException, InterruptedException {
    String key = key(request);
    if (key == null) {
      answering.answer(arrival, response, UnaryOperator.identity());
      return;
    }
    byte[] fingerprint = fingerprint(request.getRequestURI(), body);
    switch (keys.claim(arrival.caller(), key, fingerprint, arrival.id())) {
      case Claim.Granted(Attempt attempt) -> run(attempt, arrival, response, answering);
      case Claim.Finished(KeptAnswer answer) -> replay(answer, response);
      case Claim.NotKept(RequestId first) -> throw refused(new Refusal.IdempotentAnswerNotKept(first));
      case Claim.Abandoned(RequestId first) -> throw refused(new Refusal.IdempotentRequestAbandoned(first));
      case Claim.Running() -> throw refused(new Refusal.IdempotentRequestRunning());
      case Claim.OtherRequest() -> throw refused(new Refusal.IdempotencyKeyReused());
      case Claim.TooMany() -> throw refused(new Refusal.TooManyIdempotencyKeys(FULL_RETRY));
      case Claim.Unavailable() -> {
        refusals.count(arrival.caller().tenant(), arrival.at());
        throw refused(new Refusal.IdempotencyUnavailable());
      }
    }
  }

  private void run(Attempt attempt, Arrival arrival, HttpServletResponse response, Answering answering)
      throws IOException, InterruptedException {
    RequestIds.answerAs(attempt.requestId(), response);
    var as = new Arrival(attempt.requestId(), arrival.at(), arrival.caller(), arrival.client());
    try (var recording = recordings.begin()) {
      var recorded = new RecordedResponse(response, recording);
      answering.answer(as, recorded, writer -> new KeptAnswerWriter(writer, recorded, attempt));
      // It ended without an answer and without a bill: the client left before anything was held.
      attempt.free();
    } catch (RefusedException e) {
      if (e.refusal() instanceof Refusal.BillingUnavailable) {
        attempt.giveUp();
      } else {
        attempt.free();
      }
      throw e;
    } finally {
      // Whatever else happened: nobody knows whether it was billed.
      attempt.giveUp();
    }
  }

  private static void replay(KeptAnswer answer, HttpServletResponse response) throws IOException {
    RequestIds.answerAs(answer.request(), response);
    response.setHeader("Idempotent-Replayed", "true");
    response.setContentType(answer.contentType());
    if (answer.contentType().startsWith(MediaType.TEXT_EVENT_STREAM_VALUE)) {
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    }
    response.setContentLength(answer.body().length());
    answer.body().writeTo(response.getOutputStream());
    response.flushBuffer();
  }

  private static @Nullable String key(HttpServletRequest request) {
    List<String> values = Collections.list(request.getHeaders(HEADER));
    if (values.isEmpty()) {
      return null;
    }
    String key = values.getFirst().strip();
    boolean printable = key.chars().allMatch(unit -> unit >= ' ' && unit <= '~');
    if (values.size() > 1 || key.isEmpty() || key.length() > LONGEST_KEY || !printable) {
      throw refused(new Refusal.InvalidRequest("Invalid header '" + HEADER + "': send it once, with 1 to "
          + LONGEST_KEY + " printable ASCII characters.", HEADER));
    }
    return key;
  }

  private static byte[] fingerprint(String address, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((address + "\n").getBytes(StandardCharsets.UTF_8));
      return digest.digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static RefusedException refused(Refusal refusal) {
    return new RefusedException(refusal);
  }
}
