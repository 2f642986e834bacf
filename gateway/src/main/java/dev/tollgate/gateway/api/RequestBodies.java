package dev.tollgate.gateway.api;

import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads request bodies within their bounds. */
@Component
public final class RequestBodies {

  private static final int FIRST_BUFFER = 4096;

  private final ApiProperties properties;
  private final JsonMapper mapper;

  RequestBodies(ApiProperties properties, JsonMapper mapper) {
    this.properties = properties;
    this.mapper = mapper;
  }

  /**
   * The exact bytes of a body that is meant to be JSON.
   *
   * @throws RefusedException if it is too large, too slow or of another media type
   * @throws IOException if the client went away
   */
  public byte[] bytes(HttpServletRequest request) throws IOException {
    requireJson(request.getContentType());
    return read(request);
  }

  /**
   * A body as one JSON object.
   *
   * @throws RefusedException if it is not JSON, not valid UTF-8 or not an object
   */
  public ObjectNode object(byte[] body) {
    if (body.length == 0) {
      throw invalid("The request has no body. Send a JSON object.");
    }
    try {
      JsonNode tree = mapper.readTree(body);
      if (tree instanceof ObjectNode object) {
        return object;
      }
    } catch (StreamReadException e) {
      var where = e.getLocation();
      throw invalid("The body is not valid JSON: " + firstLine(e.getOriginalMessage())
          + (where == null ? "" : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")"));
    } catch (JacksonException e) {
      throw invalid("The body is not valid JSON: " + firstLine(e.getOriginalMessage()));
    }
    throw invalid("The body must be a JSON object.");
  }

  private static void requireJson(String contentType) {
    if (!StringUtils.hasText(contentType)) {
      return;
    }
    try {
      MediaType type = MediaType.parseMediaType(contentType);
      if (type.isCompatibleWith(MediaType.APPLICATION_JSON) || "json".equals(type.getSubtypeSuffix())) {
        return;
      }
    } catch (InvalidMediaTypeException e) {
      // Answered below like any other type that is not JSON.
    }
    throw new RefusedException(new Refusal.UnsupportedMediaType(contentType));
  }

  private byte[] read(HttpServletRequest request) throws IOException {
    int limit = Math.toIntExact(properties.maxBodySize().toBytes());
    long announced = request.getContentLengthLong();
    if (announced > limit) {
      throw new RefusedException(new Refusal.BodyTooLarge(limit));
    }
    byte[] buffer = new byte[announced >= 0 ? (int) announced + 1 : FIRST_BUFFER];
    int length = 0;
    long deadline = System.nanoTime() + properties.bodyTimeout().toNanos();
    try (var in = request.getInputStream()) {
      for (int count = in.read(buffer, 0, buffer.length); count >= 0; count = in.read(buffer, length,
          buffer.length - length)) {
        length += count;
        if (length > limit) {
          throw new RefusedException(new Refusal.BodyTooLarge(limit));
        }
        if (System.nanoTime() - deadline > 0) {
          throw new RefusedException(new Refusal.BodyTooSlow(properties.bodyTimeout()));
        }
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
      }
    } catch (IOException e) {
      if (e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException) {
        throw new RefusedException(new Refusal.BodyTooSlow(properties.bodyTimeout()));
      }
      throw e;
    }
    return Arrays.copyOf(buffer, length);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("unreadable");
  }

  private static RefusedException invalid(String message) {
    return new RefusedException(new Refusal.InvalidRequest(message, null));
  }
}
