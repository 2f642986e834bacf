package dev.tollgate.gateway.management.wire;

import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Gives controllers their bodies and page requests. */
public final class RequestReading implements HandlerMethodArgumentResolver {

  private static final JsonMapper STRICT = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.hasParameterAnnotation(Body.class) || parameter.getParameterType() == PageRequest.class;
  }

  @Override
  public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
      NativeWebRequest web, @Nullable WebDataBinderFactory binders) throws IOException {
    var request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
    if (parameter.getParameterType() == PageRequest.class) {
      return PageRequest.of(request);
    }
    return RecordBinder.bind(object(request), parameter.getParameterType().asSubclass(Record.class));
  }

  private static ObjectNode object(HttpServletRequest request) throws IOException {
    requireJson(request.getContentType());
    byte[] body = request.getInputStream().readAllBytes();
    if (body.length == 0) {
      throw malformed("The request has no body. Send a JSON object.");
    }
    try {
      JsonNode tree = STRICT.readTree(body);
      if (tree instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      var where = e.getLocation();
      throw malformed("The body is not valid JSON: "
          + e.getOriginalMessage().lines().findFirst().orElse("unreadable")
          + (where == null ? "" : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")"));
    }
    throw malformed("The body must be a JSON object.");
  }

  private static void requireJson(String contentType) {
    if (!StringUtils.hasText(contentType)) {
      return;
    }
    try {
      if (MediaType.parseMediaType(contentType).isCompatibleWith(MediaType.APPLICATION_JSON)) {
        return;
      }
    } catch (InvalidMediaTypeException e) {
      // Answered below like any other type that is not JSON.
    }
    throw new RejectedException(new Rejection.UnsupportedMediaType(contentType));
  }

  private static RejectedException malformed(String detail) {
    return new RejectedException(new Rejection.Malformed(detail));
  }
}
