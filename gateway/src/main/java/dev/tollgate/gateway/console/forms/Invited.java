package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.ConsoleProperties;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.Invitations.Issued;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Invitations as who made them sees them: the link, to be passed on, is shown for some minutes. */
@Component
@PagesRole
public class Invited {

  private final Invitations invitations;
  private final ShownSecrets secrets;
  private final ConsoleProperties properties;

  Invited(Invitations invitations, ShownSecrets secrets, ConsoleProperties properties) {
    this.invitations = invitations;
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

  /** The invitations to a tenant or, for null, to the operator's people that are open, as they are asked for. */
  public Table<Shown> open(@Nullable TenantId tenant, HttpServletRequest request) {
    Asked<Invitations.Order> asked = Asked.of(request, "invitations", Invitations.Order.EXPIRES, true);
    return asked.table(invitations.open(tenant, asked.slice()), Invitation::id)
        .map(each -> new Shown(each.id(), each.email(), role(each.role()), each.expiresAt(),
            secrets.find(Visitor.current(), each.id())
                .map(secret -> address(request) + "/invitation/" + secret).orElse(null)));
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
