package dev.tollgate.gateway.management.changes;

import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.AccessInterceptor;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives controllers the tenant that the path names, and the change that they are to record. */
@Component
@ManagementRole
public final class ChangeArguments implements HandlerMethodArgumentResolver {

  private final AuditLog log;

  ChangeArguments(AuditLog log) {
    this.log = log;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Tenant.class || parameter.getParameterType() == Change.class;
  }

  @Override
  public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
      NativeWebRequest web, @Nullable WebDataBinderFactory binders) {
    var request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
    return parameter.getParameterType() == Change.class ? new Change(log, request)
        : Objects.requireNonNull(AccessInterceptor.tenantOf(request), "the path names a tenant");
  }
}
