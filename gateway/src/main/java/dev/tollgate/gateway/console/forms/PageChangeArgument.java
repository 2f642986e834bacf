package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.management.changes.AuditLog;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives controllers the change that they are to record. */
@Component
@PagesRole
public final class PageChangeArgument implements HandlerMethodArgumentResolver {

  private final AuditLog log;

  PageChangeArgument(AuditLog log) {
    this.log = log;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == PageChange.class;
  }

  @Override
  public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
      NativeWebRequest web, @Nullable WebDataBinderFactory binders) {
    return new PageChange(log, Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class)));
  }
}
