package dev.tollgate.gateway.management.wire;

import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers with single resources. The entity tag is a digest of what is shown, so it is another one whenever anything that
 * a caller may have seen is another; changes of one tenant exclude each other, so none comes between check and change.
 */
@Component
@ManagementRole
public final class Cards {

  private static final int TAG_BYTES = 12;
  private static final String COMPARED = Cards.class.getName() + ".compared";

  private final JsonMapper mapper;

  Cards(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** 200 with an entity tag. */
  public <T> ResponseEntity<T> ok(T card) {
    return ResponseEntity.ok().eTag(tag(card)).body(card);
  }

  /** 201, with where it is to be found from now on. */
  public <T> ResponseEntity<T> created(HttpServletRequest request, Object id, T card) {
    return createdAt(request.getRequestURI() + "/" + id, card);
  }

  /** 201 for something that stands in another list than the one that was posted to. */
  public <T> ResponseEntity<T> createdAt(String path, T card) {
    return ResponseEntity.created(URI.create(path)).eTag(tag(card)).body(card);
  }

  /** Whether {@link #requireSeen} was asked in this request. */
  public static boolean wereCompared(HttpServletRequest request) {
    return request.getAttribute(COMPARED) != null;
  }

  /** Goes on only if the caller has seen the resource as it is: {@code If-Match}. */
  public void requireSeen(HttpServletRequest request, Object card) {
    request.setAttribute(COMPARED, true);
    String condition = request.getHeader(HttpHeaders.IF_MATCH);
    if (condition == null || condition.isBlank()) {
      throw new RejectedException(new Rejection.PreconditionRequired());
    }
    List<String> tags = Arrays.stream(condition.split(",")).map(String::strip).toList();
    if (!tags.contains(tag(card)) && !tags.contains("*")) {
      throw new RejectedException(new Rejection.PreconditionFailed());
    }
  }

  private String tag(Object card) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(mapper.writeValueAsBytes(card));
      return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
