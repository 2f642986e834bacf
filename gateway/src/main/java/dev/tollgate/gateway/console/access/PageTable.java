package dev.tollgate.gateway.console.access;

import static dev.tollgate.tenants.MemberRole.BILLING;
import static dev.tollgate.tenants.MemberRole.DEVELOPER;
import static dev.tollgate.tenants.MemberRole.OWNER;
import static dev.tollgate.tenants.OperatorRole.ADMIN;
import static dev.tollgate.tenants.OperatorRole.FINANCE;
import static dev.tollgate.tenants.OperatorRole.SUPPORT;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which role may open which page: one row for every page. A page without a row opens for nobody. */
public final class PageTable {

  private static final Set<OperatorRole> ANY_OPERATOR = EnumSet.allOf(OperatorRole.class);
  private static final Set<OperatorRole> MONEY = EnumSet.of(ADMIN, FINANCE);
  private static final Set<OperatorRole> CARE = EnumSet.of(ADMIN, SUPPORT);
  private static final Set<OperatorRole> ADMINS = EnumSet.of(ADMIN);
  private static final Set<MemberRole> ANY_MEMBER = EnumSet.allOf(MemberRole.class);
  private static final Set<MemberRole> PAYERS = EnumSet.of(OWNER, BILLING);
  private static final Set<MemberRole> BUILDERS = EnumSet.of(OWNER, DEVELOPER);
  private static final Set<MemberRole> OWNERS = EnumSet.of(OWNER);

  private static final String C = "/console";
  private static final String T = C + "/tenants/{tenant}";
  private static final String P = "/portal/{tenant}";

  /** The table. */
  public static final List<PageAccess> ROWS = rows();

  private static final Map<String, PageAccess> BY_ENDPOINT = ROWS.stream()
      .collect(Collectors.toUnmodifiableMap(PageAccess::endpoint, Function.identity()));

  private PageTable() {}

  public static Optional<PageAccess> of(String endpoint) {
    return Optional.ofNullable(BY_ENDPOINT.get(endpoint));
  }

  private static List<PageAccess> rows() {
    var rows = new ArrayList<PageAccess>();
    console(rows);
    consoleForms(rows);
    portal(rows);
    return List.copyOf(rows);
  }

  private static void console(List<PageAccess> rows) {
    for (String page : List.of("", "/tenants", "/prices", "/invoices", "/invoices/progress",
        "/invoices/{invoice}",
        "/invoices/{invoice}/pdf", "/invoices/export", "/ledger", "/reconciliation", "/audit", "/backends",
        "/economics", "/operators", "/tenants/{tenant}", "/service-levels", "/settings",
        "/prices/{price}/preview")) {
      rows.add(operators("GET " + C + page, ANY_OPERATOR));
    }
  }

  private static void consoleForms(List<PageAccess> rows) {
    form(rows, C + "/tenants/new", CARE, false);
    form(rows, T + "/rename", CARE, false);
    form(rows, T + "/suspend", CARE, true);
    form(rows, T + "/invite", CARE, true);
    form(rows, T + "/limits", MONEY, false);
    form(rows, T + "/top-up", MONEY, true);
    form(rows, T + "/pack", MONEY, true);
    form(rows, T + "/orders/{order}/paid", MONEY, true);
    form(rows, T + "/orders/{order}/cancel", MONEY, false);
    form(rows, T + "/credit-limit", MONEY, true);
    form(rows, T + "/contract", MONEY, true);
    form(rows, T + "/profile", MONEY, false);
    form(rows, C + "/settings/issuer", MONEY, true);
    form(rows, C + "/prices/new", MONEY, true);
    form(rows, C + "/prices/{price}/withdraw", MONEY, true);
    form(rows, C + "/invoices/close", MONEY, true);
    form(rows, C + "/invoices/finalise", MONEY, true);
    form(rows, C + "/invoices/{invoice}/credit", MONEY, true);
    form(rows, C + "/invoices/{invoice}/payment", MONEY, true);
    rows.add(operators("POST " + C + "/invoices/{invoice}/redraft", MONEY));
    form(rows, C + "/economics/cost", MONEY, false);
    form(rows, C + "/backends/drain", ADMINS, true);
    form(rows, C + "/operators/invite", ADMINS, true);
    form(rows, C + "/operators/{person}/role", ADMINS, true);
    form(rows, C + "/operators/{person}/remove", ADMINS, true);
    rows.add(operators("POST " + C + "/operators/invitations/{invitation}/withdraw", ADMINS));
  }

  private static void portal(List<PageAccess> rows) {
    for (String page : List.of("", "/keys", "/keys/{key}", "/projects", "/usage", "/usage/csv", "/balance",
        "/members")) {
      rows.add(members("GET " + P + page, ANY_MEMBER));
    }
    rows.add(members("GET " + P + "/invoices", PAYERS));
    rows.add(members("GET " + P + "/invoices/{invoice}/pdf", PAYERS));
    rows.add(members("GET " + P + "/playground", BUILDERS));
    rows.add(members("POST " + P + "/playground/stream", BUILDERS));
    memberForm(rows, "/keys/new", BUILDERS, false);
    memberForm(rows, "/keys/{key}/limits", BUILDERS, false);
    memberForm(rows, "/keys/{key}/rotate", BUILDERS, false);
    memberForm(rows, "/keys/{key}/revoke", BUILDERS, false);
    memberForm(rows, "/projects/new", BUILDERS, false);
    memberForm(rows, "/projects/{project}/rename", BUILDERS, false);
    memberForm(rows, "/projects/{project}/limits", OWNERS, false);
    memberForm(rows, "/balance/pack", PAYERS, true);
    memberForm(rows, "/balance/fall-through", PAYERS, false);
    memberForm(rows, "/balance/limits", PAYERS, false);
    memberForm(rows, "/members/invite", OWNERS, true);
    memberForm(rows, "/members/{person}/role", OWNERS, true);
    memberForm(rows, "/members/{person}/remove", OWNERS, true);
    rows.add(members("POST " + P + "/members/invitations/{invitation}/withdraw", OWNERS));
  }

  /** A page with a form, and sending it. Proof is asked for before the form is shown, so that nothing typed is in its way. */
  private static void form(List<PageAccess> rows, String path, Set<OperatorRole> roles, boolean dangerous) {
    for (String method : List.of("GET ", "POST ")) {
      PageAccess row = operators(method + path, roles);
      rows.add(dangerous ? row.afterProof() : row);
    }
  }

  private static void memberForm(List<PageAccess> rows, String path, Set<MemberRole> roles,
      boolean dangerous) {
    for (String method : List.of("GET ", "POST ")) {
      PageAccess row = members(method + P + path, roles);
      rows.add(dangerous ? row.afterProof() : row);
    }
  }

  private static PageAccess operators(String endpoint, Set<OperatorRole> roles) {
    return new PageAccess(endpoint, roles, EnumSet.noneOf(MemberRole.class));
  }

  private static PageAccess members(String endpoint, Set<MemberRole> roles) {
    return new PageAccess(endpoint, EnumSet.noneOf(OperatorRole.class), roles);
  }
}
