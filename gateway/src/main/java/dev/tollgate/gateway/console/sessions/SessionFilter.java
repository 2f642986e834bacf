package dev.tollgate.gateway.console.sessions;

import dev.tollgate.tenants.People;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds the visitor by the session's cookie, with the roles that the person has now. A session that is half way counts only
 * where the second factor is asked for.
 */
public final class SessionFilter extends OncePerRequestFilter {

  private static final String HALF_WAY = SessionFilter.class.getName() + ".halfWay";

  private final Sessions sessions;
  private final People people;

  public SessionFilter(Sessions sessions, People people) {
    this.sessions = sessions;
    this.people = people;
  }

  /** Who has given a password and is to give a second factor. */
  public static Optional<Visitor> halfWay(HttpServletRequest request) {
    return Optional.ofNullable((Visitor) request.getAttribute(HALF_WAY));
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    SessionCookie.read(request).flatMap(this::visitor).ifPresent(visitor -> {
      if (visitor.session().halfWay()) {
        request.setAttribute(HALF_WAY, visitor);
      } else {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new VisitorAuthentication(visitor));
        SecurityContextHolder.setContext(context);
      }
    });
    chain.doFilter(request, response);
  }

  private Optional<Visitor> visitor(String cookie) {
    return sessions.find(cookie).flatMap(session -> people.find(session.person())
        .map(person -> new Visitor(person, session, cookie, people.memberships(person.id()))));
  }
}
