package dev.tollgate.gateway.management.access;

import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** An actor whose token was accepted. The token itself is not kept. */
final class TokenAuthentication extends AbstractAuthenticationToken {

  private static final long serialVersionUID = 1;

  private final transient Actor actor;

  TokenAuthentication(Actor actor) {
    super(List.of());
    this.actor = actor;
    setAuthenticated(true);
  }

  @Override
  public Actor getPrincipal() {
    return actor;
  }

  @Override
  public Object getCredentials() {
    return "";
  }
}
