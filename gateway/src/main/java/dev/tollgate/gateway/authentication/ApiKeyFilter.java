package dev.tollgate.gateway.authentication;

import dev.tollgate.gateway.api.RefusalWriter;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.tenants.ApiKeys;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Reads {@code Authorization: Bearer} and finds the caller, in memory. Without a good key nothing else is looked at. */
final class ApiKeyFilter extends OncePerRequestFilter {

  private final ApiKeys keys;
  private final RefusalWriter refusals;

  ApiKeyFilter(ApiKeys keys, RefusalWriter refusals) {
    this.keys = keys;
    this.refusals = refusals;
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String presented = Bearer.of(request);
    if (presented == null) {
      refusals.write(request, response, new Refusal.MissingKey());
      return;
    }
    switch (keys.lookup(presented)) {
      case ApiKeys.Lookup.Refused(var reason) ->
        refusals.write(request, response, new Refusal.KeyRefused(reason));
      case ApiKeys.Lookup.Accepted(var caller) -> {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new ApiKeyAuthentication(caller));
        SecurityContextHolder.setContext(context);
        chain.doFilter(request, response);
      }
    }
  }
}
