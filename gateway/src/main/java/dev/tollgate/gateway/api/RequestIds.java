package dev.tollgate.gateway.api;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.connections.Clients;
import dev.tollgate.gateway.pipeline.Arrival;
import dev.tollgate.tenants.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Gives every request its id before anything else happens to it, so that every answer, refusals too, bears one. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestIds extends OncePerRequestFilter {

  private static final String HEADER = "x-request-id";
  private static final String ATTRIBUTE = RequestId.class.getName();
  private static final String ARRIVED = RequestIds.class.getName() + ".arrived";

  private final Clock clock;

  RequestIds(Clock clock) {
    this.clock = clock;
  }

  /** The id of this request. */
  public static RequestId of(HttpServletRequest request) {
    return (RequestId) Objects.requireNonNull(request.getAttribute(ATTRIBUTE),
        "the filter runs before everything");
  }

  /** Has an answer bear the id under which it was billed, where that is an earlier request's. */
  static void answerAs(RequestId id, HttpServletResponse response) {
    response.setHeader(HEADER, id.toString());
  }

  /** Who asks, when, and over which connection. */
  public static Arrival arrival(HttpServletRequest request, Caller caller) {
    Instant at = (Instant) Objects.requireNonNull(request.getAttribute(ARRIVED),
        "the filter runs before everything");
    return new Arrival(of(request), at, caller, Clients.of(request));
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var id = new RequestId(UuidCreator.getTimeOrderedEpoch());
    request.setAttribute(ATTRIBUTE, id);
    request.setAttribute(ARRIVED, clock.instant());
    response.setHeader(HEADER, id.toString());
    try (var _ = MDC.putCloseable("request_id", id.toString())) {
      chain.doFilter(request, response);
    }
  }
}
