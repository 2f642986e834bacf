package dev.tollgate.gateway.management.changes;

import dev.tollgate.gateway.authentication.Bearer;
import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.problems.Problems;
import dev.tollgate.gateway.management.problems.Rejection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.databind.json.JsonMapper;

/** Requests that are sent again under the same {@code Idempotency-Key} get the answer that the first one got. */
@Component
@ManagementRole
final class Repetitions {

  static final String HEADER = "Idempotency-Key";
  static final String REPLAYED = "Idempotent-Replayed";
  private static final int LONGEST = 255;

  private final KeptAnswers answers;
  private final JsonMapper mapper;

  Repetitions(KeptAnswers answers, JsonMapper mapper) {
    this.answers = answers;
    this.mapper = mapper;
  }

  /** What is kept of an answer. */
  private record Answer(int status, @Nullable String location, @Nullable String etag, String body) {}

  static boolean isKey(String key) {
    return !key.isEmpty() && key.length() <= LONGEST && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  Attempt of(HttpServletRequest request, Actor actor, String key, byte[] body) {
    return new Attempt(actor, Objects.requireNonNull(Bearer.of(request)), key,
        hash(request, body));
  }

  /** One request under a key. */
  final class Attempt {

    private final Actor actor;
    private final String token;
    private final String key;
    private final byte[] hash;

    private Attempt(Actor actor, String token, String key, byte[] hash) {
      this.actor = actor;
      this.token = token;
      this.key = key;
      this.hash = hash;
    }

    /** Whether nothing was answered under the key yet; waits for a request under it that is being answered. */
    boolean isFirst() {
      return answers.claim(actor.token(), key, hash);
    }

    void keep(ContentCachingResponseWrapper response) {
      var answer = new Answer(response.getStatus(), response.getHeader(HttpHeaders.LOCATION),
          response.getHeader(HttpHeaders.ETAG),
          new String(response.getContentAsByteArray(), StandardCharsets.UTF_8));
      answers.keep(actor.token(), key, SealedAnswer.seal(token, key, mapper.writeValueAsBytes(answer)));
    }

    /** Gives the kept answer once more, or says that the key belongs to another request. */
    void repeat(HttpServletRequest request, HttpServletResponse response, Problems problems)
        throws IOException {
      Optional<KeptAnswers.Kept> kept = answers.find(actor.token(), key);
      if (kept.isEmpty()) {
        // The request that had the key was undone just now.
        problems.write(request, response, new Rejection.Unavailable());
      } else if (!MessageDigest.isEqual(hash, kept.get().hash())) {
        problems.write(request, response, new Rejection.KeyUsedOtherwise());
      } else {
        write(response, mapper.readValue(SealedAnswer.open(token, key, kept.get().answer()), Answer.class));
      }
    }
  }

  private static void write(HttpServletResponse response, Answer answer) throws IOException {
    response.setStatus(answer.status());
    response.setHeader(REPLAYED, "true");
    response.setHeader(HttpHeaders.LOCATION, answer.location());
    response.setHeader(HttpHeaders.ETAG, answer.etag());
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hash(HttpServletRequest request, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (request.getMethod() + " " + request.getRequestURI() + "?" + request.getQueryString() + "\n")
              .getBytes(StandardCharsets.UTF_8));
      return digest.digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
