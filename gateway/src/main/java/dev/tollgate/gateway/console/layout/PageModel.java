package dev.tollgate.gateway.console.layout;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.access.PageInterceptor;
import dev.tollgate.gateway.console.access.PageTable;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.RejectedFormException;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.support.RequestContextUtils;

/** What every page's template knows, and the pages that stand for what went wrong. */
@ControllerAdvice(annotations = PageController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
@PagesRole
class PageModel {

  private static final Logger log = LoggerFactory.getLogger(PageModel.class);
  private static final String PROBLEM = "problem";

  private static final String ZONE = PageModel.class.getName() + ".zone";

  private final Preferences preferences;
  private final TenantZone zones;
  private final MessageSource messages;

  PageModel(Preferences preferences, TenantZone zones, MessageSource messages) {
    this.preferences = preferences;
    this.zones = zones;
    this.messages = messages;
  }

  /** The zone is asked for once, before the page: after a failure the database may have no answer. */
  @ModelAttribute
  void fill(HttpServletRequest request, Model model) {
    Tenant tenant = PageInterceptor.tenantOf(request);
    if (tenant != null && request.getRequestURI().startsWith("/portal/")) {
      request.setAttribute(ZONE, zones.of(tenant.id()));
    }
    model.addAllAttributes(shared(request));
  }

  private Map<String, Object> shared(HttpServletRequest request) {
    Visitor visitor = Visitor.ofRequest();
    Tenant tenant = PageInterceptor.tenantOf(request);
    Locale locale = RequestContextUtils.getLocale(request);
    var model = new HashMap<String, Object>();
    var formats = new Formats(locale,
        request.getAttribute(ZONE) instanceof ZoneId zone ? zone : ZoneOffset.UTC);
    model.put("fmt", formats);
    model.put("words", new Words(messages, formats, locale));
    model.put("language", locale.toLanguageTag());
    model.put("theme", preferences.theme(request));
    model.put("path", request.getRequestURI());
    model.put("nav", Navigation.of(visitor, request.getRequestURI(), tenant));
    if (visitor != null) {
      model.put("visitor", visitor);
      model.put("may", new May(visitor, tenant));
    }
    if (tenant != null) {
      model.put("tenant", tenant);
      model.put("portal", "/portal/" + tenant.id());
    }
    String done = request.getParameter("done");
    if (done != null && done.matches("[a-z-]{1,40}")) {
      model.put("done", done);
    }
    return model;
  }

  /** Asked by templates: whether the visitor may open a page, so that no button leads to a refusal. */
  public record May(Visitor visitor, @Nullable Tenant tenant) {

    /** Whether it may, by method and path as mapped. */
    public boolean open(String endpoint) {
      OperatorRole operator = visitor.operatorRole();
      MemberRole member = tenant == null ? null : visitor.roleIn(tenant.id()).orElse(null);
      return PageTable.of(endpoint)
          .filter(
              access -> endpoint.contains(" /portal/") ? member != null && access.members().contains(member)
                  : operator != null && access.operators().contains(operator))
          .isPresent();
    }
  }

  @ExceptionHandler
  ModelAndView rejected(RejectedFormException e, HttpServletRequest request) {
    var model = shared(request);
    model.put("form", e.form());
    return new ModelAndView(Form.VIEW, model, HttpStatus.UNPROCESSABLE_CONTENT);
  }

  @ExceptionHandler
  ModelAndView unavailable(PageException e, HttpServletRequest request) {
    return switch (e) {
      case PageException.NotFound _ -> problem(request, "not-found", HttpStatus.NOT_FOUND);
      case PageException.Forbidden _ -> problem(request, "forbidden", HttpStatus.FORBIDDEN);
    };
  }

  @ExceptionHandler({MethodArgumentTypeMismatchException.class,
      MissingServletRequestParameterException.class})
  ModelAndView unreadable(HttpServletRequest request) {
    return problem(request, "not-found", HttpStatus.NOT_FOUND);
  }

  /** There is nobody to answer. */
  @ExceptionHandler
  void clientGone(IOException e, HttpServletRequest request, HttpServletResponse response) {
    log.debug("The page {}: the client left: {}", request.getRequestURI(), e.toString());
  }

  @ExceptionHandler
  ModelAndView failed(Exception e, HttpServletRequest request) {
    log.error("The page {} failed", request.getRequestURI(), e);
    return problem(request, "failed", HttpStatus.INTERNAL_SERVER_ERROR);
  }

  private ModelAndView problem(HttpServletRequest request, String kind, HttpStatus status) {
    var model = shared(request);
    model.put("kind", kind);
    model.put("requestId", RequestIds.of(request).toString());
    return new ModelAndView(PROBLEM, model, status);
  }
}
