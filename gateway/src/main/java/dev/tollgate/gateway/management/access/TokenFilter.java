package dev.tollgate.gateway.management.access;

import dev.tollgate.gateway.authentication.Bearer;
import dev.tollgate.gateway.management.problems.Problems;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.tenants.Tokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Reads {@code Authorization: Bearer} and finds the actor, in memory. Without a good token nothing else is looked at. */
public final class TokenFilter extends OncePerRequestFilter {

  private final Tokens tokens;
  private final Problems problems;

  public TokenFilter(Tokens tokens, Problems problems) {
    this.tokens = tokens;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String presented = Bearer.of(request);
    if (presented == null) {
      problems.write(request, response, new Rejection.MissingToken());
      return;
    }
    switch (tokens.lookup(presented)) {
      case Tokens.Lookup.Refused(var reason) ->
        problems.write(request, response, new Rejection.TokenRefused(reason));
      case Tokens.Lookup.Accepted(var id, var name, var holder) -> {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new TokenAuthentication(new Actor(id, name, holder)));
        SecurityContextHolder.setContext(context);
        chain.doFilter(request, response);
      }
    }
  }
}
