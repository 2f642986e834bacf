package dev.tollgate.gateway.console.sessions;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People.Membership;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who is signed in.
 *
 * @param cookie the session's secret, under which what only this browser may see is sealed
 * @param memberships the tenants that the person belongs to, as they are now
 */
public record Visitor(Person person, Session session, String cookie, List<Membership> memberships) {

  /** Of the request that this thread serves; null where nobody is signed in. */
  public static @Nullable Visitor ofRequest() {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    return authentication instanceof VisitorAuthentication signedIn ? signedIn.getPrincipal() : null;
  }

  /** Of a request that only who is signed in may send. */
  public static Visitor current() {
    Visitor visitor = ofRequest();
    if (visitor == null) {
      throw new IllegalStateException("The request was let in without a session");
    }
    return visitor;
  }

  public @Nullable OperatorRole operatorRole() {
    return person.operatorRole();
  }

  /** What the person is in a tenant; empty if it is no member. */
  public Optional<MemberRole> roleIn(TenantId tenant) {
    return memberships.stream().filter(membership -> membership.tenant().id().equals(tenant))
        .map(Membership::role).findFirst();
  }

  /** As the audit log names the person where it acts in a tenant, or for the operator where that is null. */
  public String title(@Nullable TenantId tenant) {
    OperatorRole operator = person.operatorRole();
    String role = tenant == null ? "" : roleIn(tenant).map(MemberRole::name).orElse("");
    if (role.isEmpty() && operator != null) {
      role = operator.name();
    }
    return (role.toLowerCase(Locale.ROOT) + " " + person.email()).strip();
  }

  /** Never prints the cookie. */
  @Override
  public String toString() {
    return "Visitor[" + person.email() + "]";
  }
}
