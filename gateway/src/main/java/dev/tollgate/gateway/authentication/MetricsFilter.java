package dev.tollgate.gateway.authentication;

import dev.tollgate.tenants.Tokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/** Shows meters to whoever bears a token of the operator, of any role: they tell of backends and of all tenants' load. */
final class MetricsFilter extends OncePerRequestFilter {

  private final Tokens tokens;

  MetricsFilter(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String presented = Bearer.of(request);
    if (presented == null) {
      refuse(response, HttpStatus.UNAUTHORIZED,
          "Send a token of the operator as Authorization: Bearer TOKEN; "
              + "./tollgate operator-token and POST /api/v1/tokens make them.");
      return;
    }
    switch (tokens.lookup(presented)) {
      case Tokens.Lookup.Refused(var reason) -> refuse(response, HttpStatus.UNAUTHORIZED,
          "The token is not accepted: it is " + switch (reason) {
            case MALFORMED -> "misspelt.";
            case UNKNOWN -> "unknown.";
            case EXPIRED -> "expired.";
            case REVOKED -> "revoked.";
          });
      case Tokens.Lookup.Accepted(var _, var _, Tokens.Holder.Member _) ->
        refuse(response, HttpStatus.FORBIDDEN, "Metrics are for the operator; this token is a tenant's.");
      case Tokens.Lookup.Accepted(var _, var _, Tokens.Holder.Operator _) ->
        chain.doFilter(request, response);
    }
  }

  private static void refuse(HttpServletResponse response, HttpStatus status, String why) throws IOException {
    response.setStatus(status.value());
    if (status == HttpStatus.UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    response.setContentType(MediaType.TEXT_PLAIN_VALUE);
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.getWriter().println(why);
  }
}
