package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.access.Return;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.PersonId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes a form that is sent one transaction, with its audit entry (ADR 10): it is done if the answer leads on to another
 * page, and undone if the form is shown again. The same form sent again leads where the first one led.
 */
@Component
@PagesRole
public final class FormFilter extends OncePerRequestFilter {

  private final PlatformTransactionManager transactions;
  private final JdbcClient jdbc;
  private final SubmittedForms forms;

  FormFilter(PlatformTransactionManager transactions, JdbcClient jdbc, SubmittedForms forms) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.forms = forms;
  }

  /**
   * Signing in has no visitor yet, and its failures must count; a stream would keep its transaction for minutes; a question
   * to a browser must be there when it answers.
   */
  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return !request.getMethod().equals("POST") || path.endsWith("/stream") || path.endsWith("/question")
        || !(path.startsWith("/console/") || path.startsWith("/portal/") || path.startsWith("/account/"));
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var held = new HeldResponse(response);
    TransactionStatus transaction = transactions.getTransaction(new DefaultTransactionDefinition());
    boolean done = false;
    try {
      jdbc.sql("SET LOCAL lock_timeout = '10s'").update();
      done = once(request, held, chain);
    } finally {
      if (!done) {
        transactions.rollback(transaction);
      }
    }
    if (done) {
      transactions.commit(transaction);
    }
    held.leave();
  }

  private boolean once(HttpServletRequest request, HeldResponse response, FilterChain chain)
      throws ServletException, IOException {
    PersonId person = Visitor.current().person().id();
    UUID form = form(request);
    if (form != null && !forms.claim(person, form)) {
      response.sendRedirect(forms.location(person, form).orElseGet(() -> Return.of(request)));
      return false;
    }
    chain.doFilter(request, response);
    String location = response.location();
    boolean done = location != null && PageChange.wasRecorded(request);
    if (done && form != null && location != null) {
      forms.done(person, form, location);
    }
    return done;
  }

  private static @Nullable UUID form(HttpServletRequest request) {
    String id = request.getParameter(Form.ID);
    try {
      return id == null ? null : UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
