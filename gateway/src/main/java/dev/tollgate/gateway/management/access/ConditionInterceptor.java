package dev.tollgate.gateway.management.access;

import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;

/**
 * Sees to it that what asks for {@code If-Match} is not called without one, and that whoever is called compares it: a change
 * that succeeds without having done so is a fault, and is undone.
 */
public final class ConditionInterceptor implements HandlerInterceptor {

  private final JdbcClient jdbc;

  public ConditionInterceptor(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!isConditional(handler)) {
      return true;
    }
    String condition = request.getHeader(HttpHeaders.IF_MATCH);
    if (condition == null || condition.isBlank()) {
      throw new RejectedException(new Rejection.PreconditionRequired());
    }
    if (AccessInterceptor.tenantOf(request) == null) {
      // What belongs to no tenant waits for others of that kind, as changes of one tenant do.
      jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('gateway.management', 0))")
          .query((row, number) -> 0).list();
    }
    return true;
  }

  @Override
  public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
      @Nullable ModelAndView view) {
    if (isConditional(handler) && !Cards.wereCompared(request)) {
      throw new IllegalStateException(
          request.getMethod() + " " + request.getRequestURI() + " changed what nobody compared");
    }
  }

  private static boolean isConditional(Object handler) {
    return handler instanceof HandlerMethod method && method.hasMethodAnnotation(RequiresIfMatch.class);
  }
}
