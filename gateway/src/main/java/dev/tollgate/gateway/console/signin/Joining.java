package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Accepting invitations, whichever way somebody came to. Every call joins the transaction of who calls. */
@Component
@PagesRole
class Joining {

  static final String PATH = "/invitation/";

  private static final Pattern PAGE = Pattern.compile(Pattern.quote(PATH) + "([^/?]+)(?:\\?.*)?");

  private final Invitations invitations;
  private final AuditLog log;

  Joining(Invitations invitations, AuditLog log) {
    this.invitations = invitations;
    this.log = log;
  }

  /** The open invitation that a secret belongs to. */
  Optional<Invitation> find(String secret) {
    return invitations.find(secret);
  }

  /** The open invitation whose page a path is. */
  Optional<Invitation> ofPage(String path) {
    Matcher page = PAGE.matcher(path);
    return page.matches() ? find(page.group(1)) : Optional.empty();
  }

  /** False if the invitation is not open any more. */
  boolean accept(Invitation invitation, Person person, HttpServletRequest request) {
    if (!invitations.accept(invitation, person.id())) {
      return false;
    }
    log.add(RequestIds.of(request).value(),
        new AuditLog.Author(null, person.id().value(), person.email()), tenantOf(invitation),
        new AuditLog.Entry("invitation.accept", invitation.id().toString(), null,
            Map.of("email", person.email(), "role", role(invitation))));
    return true;
  }

  /** Where somebody is led to who has joined. */
  static String joined(Invitation invitation) {
    TenantId tenant = tenantOf(invitation);
    return (tenant == null ? "/console" : "/portal/" + tenant) + "?done=joined";
  }

  /** Null where it is the operator's. */
  static @Nullable TenantId tenantOf(Invitation invitation) {
    return switch (invitation.role()) {
      case Holder.Operator _ -> null;
      case Holder.Member(TenantId tenant, _) -> tenant;
    };
  }

  private static String role(Invitation invitation) {
    return switch (invitation.role()) {
      case Holder.Operator(var role) -> role.name();
      case Holder.Member(_, var role) -> role.name();
    };
  }
}
