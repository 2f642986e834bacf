package dev.tollgate.gateway.console.layout;

import dev.tollgate.gateway.console.access.PageAccess;
import dev.tollgate.gateway.console.access.PageTable;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entries beside a page, as far as the visitor's role goes. */
final class Navigation {

  private static final List<String> PORTAL = List.of("", "/keys", "/usage", "/playground", "/balance",
      "/invoices",
      "/projects", "/members");
  private static final List<String> CONSOLE = List.of("", "/tenants", "/invoices", "/prices", "/ledger",
      "/reconciliation", "/economics", "/service-levels", "/backends", "/audit", "/operators", "/settings");

  private Navigation() {}

  /**
   * One entry.
   *
   * @param code of its message
   * @param here whether the page belongs to it
   */
  record Entry(String code, String path, boolean here) {}

  static List<Entry> of(@Nullable Visitor visitor, String path, @Nullable Tenant tenant) {
    if (visitor == null) {
      return List.of();
    }
    if (path.startsWith("/portal/") && tenant != null) {
      Optional<MemberRole> role = visitor.roleIn(tenant.id());
      return entries("portal", "/portal/{tenant}", "/portal/" + tenant.id(), PORTAL, path,
          access -> role.isPresent() && access.members().contains(role.get()));
    }
    OperatorRole role = visitor.operatorRole();
    if (path.startsWith("/console") && role != null) {
      return entries("console", "/console", "/console", CONSOLE, path,
          access -> access.operators().contains(role));
    }
    return List.of();
  }

  private static List<Entry> entries(String door, String pattern, String base, List<String> pages,
      String path, Predicate<PageAccess> allowed) {
    return pages.stream().filter(page -> PageTable.of("GET " + pattern + page).filter(allowed).isPresent())
        .map(page -> new Entry("nav." + door + page.replace('/', '.'), base + page,
            page.isEmpty() ? path.equals(base)
                : path.equals(base + page) || path.startsWith(base + page + "/")))
        .toList();
  }
}
