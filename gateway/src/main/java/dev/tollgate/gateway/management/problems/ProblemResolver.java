package dev.tollgate.gateway.management.problems;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns whatever is thrown on the way of a request below {@code /api/v1} into a problem, before others see it. */
@Component
@ManagementRole
final class ProblemResolver implements HandlerExceptionResolver, Ordered {

  private static final Logger log = LoggerFactory.getLogger(ProblemResolver.class);
  private static final String PATHS = "/api/v1/";

  private final Problems problems;

  ProblemResolver(Problems problems) {
    this.problems = problems;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
      @Nullable Object handler, Exception e) {
    if (!request.getRequestURI().startsWith(PATHS)) {
      return null;
    }
    try {
      problems.write(request, response, rejection(request, e));
    } catch (IOException gone) {
      log.debug("Request {}: the client left: {}", RequestIds.of(request), gone.toString());
    }
    return new ModelAndView();
  }

  private static Rejection rejection(HttpServletRequest request, Exception e) {
    return switch (e) {
      case RejectedException rejected -> rejected.rejection();
      case BrokenRuleException broken -> invalid("/" + broken.field(), broken.rule());
      case Tenants.SlugTakenException _ -> conflict("/slug", "must not be that of another tenant");
      case Projects.NameTakenException _ -> conflict("/name", "must not be that of another project");
      case Projects.TooManyProjectsException _ -> conflict("",
          "must not be more than " + Projects.LIMIT + " projects of a tenant");
      case ApiKeys.UnknownProjectException _ -> invalid("/project", "must be a project of the tenant");
      case NoResourceFoundException _ ->
        new Rejection.NotFound(request.getMethod() + " " + request.getRequestURI());
      case HttpRequestMethodNotSupportedException method -> new Rejection.MethodNotAllowed(method.getMethod(),
          method.getSupportedMethods() == null ? "" : String.join(", ", method.getSupportedMethods()));
      case HttpMediaTypeNotAcceptableException _ -> new Rejection.NotAcceptable();
      case MissingServletRequestParameterException missing ->
        invalid(missing.getParameterName(), "must be given");
      case MethodArgumentTypeMismatchException mismatch -> mismatched(mismatch);
      case DataAccessResourceFailureException away -> fault(request, away, new Rejection.Unavailable());
      case TransientDataAccessException away -> fault(request, away, new Rejection.Unavailable());
      case TransactionException away -> fault(request, away, new Rejection.Unavailable());
      default -> fault(request, e, new Rejection.Internal());
    };
  }

  /** An id in the path that is no id leads nowhere; a parameter that cannot be read breaks a rule. */
  private static Rejection mismatched(MethodArgumentTypeMismatchException e) {
    if (e.getParameter().hasParameterAnnotation(PathVariable.class)) {
      return new Rejection.NotFound(e.getName() + " of this id");
    }
    Class<?> type = e.getRequiredType();
    if (type != null && type.isEnum()) {
      return invalid(e.getName(), "must be one of " + List.of(type.getEnumConstants()));
    }
    if (type == YearMonth.class) {
      return invalid(e.getName(), "must be a month such as 2026-11, and " + BilledMonth.RULE);
    }
    return invalid(e.getName(), "must be a value such as the documentation shows");
  }

  private static Rejection fault(HttpServletRequest request, Exception e, Rejection rejection) {
    log.error("Request {} failed", RequestIds.of(request), e);
    return rejection;
  }

  private static Rejection invalid(String field, String rule) {
    return new Rejection.Invalid(List.of(FieldError.of(field, rule)));
  }

  private static Rejection conflict(String field, String rule) {
    return new Rejection.Conflict(List.of(FieldError.of(field, rule)));
  }
}
