package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.PagesRole;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Has the portal's pages read as a role of the database that sees the rows of one tenant only, the one that the path names:
 * a query that forgot the tenant finds nothing of others (ADR 21). Role and setting end with the transaction, so the
 * connection goes back to the pool as it came.
 */
@Component
@PagesRole
public final class PortalFilter extends OncePerRequestFilter {

  private static final Pattern PATH = Pattern.compile("/portal/([0-9a-fA-F-]{36})(/.*)?");

  private final PlatformTransactionManager transactions;
  private final JdbcClient jdbc;

  PortalFilter(PlatformTransactionManager transactions, JdbcClient jdbc) {
    this.transactions = transactions;
    this.jdbc = jdbc;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getMethod().equals("GET") || !PATH.matcher(request.getRequestURI()).matches();
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Matcher path = PATH.matcher(request.getRequestURI());
    String tenant = path.matches() ? canonical(path.group(1)) : "";
    var reading = new DefaultTransactionDefinition();
    reading.setReadOnly(true);
    TransactionStatus transaction = transactions.getTransaction(reading);
    try {
      jdbc.sql("SET LOCAL ROLE tollgate_portal").update();
      jdbc.sql("SELECT set_config('tollgate.tenant', :tenant, true)").param("tenant", tenant)
          .query(String.class).single();
      chain.doFilter(request, response);
    } finally {
      transactions.rollback(transaction);
    }
  }

  private static String canonical(String id) {
    try {
      return UUID.fromString(id).toString();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
