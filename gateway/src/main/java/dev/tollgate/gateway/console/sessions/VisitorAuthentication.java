package dev.tollgate.gateway.console.sessions;

import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** A visitor whose session was found. */
final class VisitorAuthentication extends AbstractAuthenticationToken {

  private static final long serialVersionUID = 1;

  private final transient Visitor visitor;

  VisitorAuthentication(Visitor visitor) {
    super(List.of());
    this.visitor = visitor;
    setAuthenticated(true);
  }

  @Override
  public Visitor getPrincipal() {
    return visitor;
  }

  @Override
  public Object getCredentials() {
    return "";
  }
}
