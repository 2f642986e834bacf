package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.ConsoleProperties;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.Invitations.Issued;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Invitations as who made them sees them: the link, to be passed on, is shown for some minutes. */
@Component
@PagesRole
public class Invited {

  private final ShownSecrets secrets;
  private final ConsoleProperties properties;

  Invited(ShownSecrets secrets, ConsoleProperties properties) {
    this.secrets = secrets;
    this.properties = properties;
  }

  /**
   * An open invitation.
   *
   * @param link that accepts it; null where it is not shown any more
   */
  public record Shown(UUID id, String email, String role, Instant expiresAt, @Nullable String link) {}

  public void keep(Issued issued, PageChange change) {
    secrets.keep(Visitor.current(), issued.invitation().id(), issued.secret());
    change.record("invitation.create", issued.invitation().id(), null,
        Map.of("email", issued.invitation().email(), "role", role(issued.invitation().role())));
  }

  public List<Shown> shown(List<Invitation> open, HttpServletRequest request) {
    return open.stream().map(each -> new Shown(each.id(), each.email(), role(each.role()), each.expiresAt(),
        secrets.find(Visitor.current(), each.id()).map(secret -> address(request) + "/invitation/" + secret)
            .orElse(null)))
        .toList();
  }

  private String address(HttpServletRequest request) {
    URI address = properties.address();
    return address == null ? ServletUriComponentsBuilder.fromContextPath(request).build().toUriString()
        : address.toString();
  }

  private static String role(Holder holder) {
    return switch (holder) {
      case Holder.Operator(var role) -> role.name();
      case Holder.Member(_, var role) -> role.name();
    };
  }
}
