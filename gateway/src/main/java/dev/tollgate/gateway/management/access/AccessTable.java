package dev.tollgate.gateway.management.access;

import static dev.tollgate.tenants.MemberRole.BILLING;
import static dev.tollgate.tenants.MemberRole.DEVELOPER;
import static dev.tollgate.tenants.MemberRole.OWNER;
import static dev.tollgate.tenants.OperatorRole.ADMIN;
import static dev.tollgate.tenants.OperatorRole.FINANCE;
import static dev.tollgate.tenants.OperatorRole.SUPPORT;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which role may do what: one row for every endpoint. An endpoint without a row answers nobody. */
public final class AccessTable {

  private static final Set<OperatorRole> ANY_OPERATOR = EnumSet.allOf(OperatorRole.class);
  private static final Set<OperatorRole> MONEY = EnumSet.of(ADMIN, FINANCE);
  private static final Set<OperatorRole> CARE = EnumSet.of(ADMIN, SUPPORT);
  private static final Set<OperatorRole> STAFF = EnumSet.of(ADMIN, FINANCE, SUPPORT);
  private static final Set<OperatorRole> ADMINS = EnumSet.of(ADMIN);
  private static final Set<OperatorRole> NO_OPERATOR = EnumSet.noneOf(OperatorRole.class);
  private static final Set<MemberRole> ANY_MEMBER = EnumSet.allOf(MemberRole.class);
  private static final Set<MemberRole> PAYERS = EnumSet.of(OWNER, BILLING);
  private static final Set<MemberRole> BUILDERS = EnumSet.of(OWNER, DEVELOPER);
  private static final Set<MemberRole> PAYERS_AND_BUILDERS = EnumSet.of(OWNER, BILLING, DEVELOPER);
  private static final Set<MemberRole> OWNERS = EnumSet.of(OWNER);
  private static final Set<MemberRole> NOBODY = EnumSet.noneOf(MemberRole.class);

  private static final String T = "/tenants/{tenant}";
  private static final String I = "/invoices/{invoice}";

  /** The table. Columns: endpoint, operators, people of the tenant, what it does. */
  public static final List<Access> ROWS = List.of(
      row("GET /me", ANY_OPERATOR, ANY_MEMBER, "Whose token this is"),
      row("GET /tenants", ANY_OPERATOR, NOBODY, "List tenants"),
      row("POST /tenants", CARE, NOBODY, "Create a tenant"),
      row("GET " + T, ANY_OPERATOR, ANY_MEMBER, "Read a tenant"),
      row("PATCH " + T, CARE, OWNERS, "Rename a tenant"),
      row("POST " + T + "/suspend", CARE, NOBODY, "Refuse a tenant's keys"),
      row("POST " + T + "/resume", CARE, NOBODY, "Accept a tenant's keys again"),
      row("GET " + T + "/projects", ANY_OPERATOR, ANY_MEMBER, "List projects"),
      row("POST " + T + "/projects", CARE, BUILDERS, "Create a project"),
      row("GET " + T + "/projects/{project}", ANY_OPERATOR, ANY_MEMBER, "Read a project"),
      row("PATCH " + T + "/projects/{project}", CARE, BUILDERS, "Rename a project"),
      row("GET " + T + "/api-keys", ANY_OPERATOR, ANY_MEMBER, "List API keys"),
      row("POST " + T + "/api-keys", CARE, BUILDERS, "Create an API key, shown this once"),
      row("GET " + T + "/api-keys/{key}", ANY_OPERATOR, ANY_MEMBER, "Read an API key"),
      row("DELETE " + T + "/api-keys/{key}", CARE, BUILDERS, "Revoke an API key"),
      row("POST " + T + "/api-keys/{key}/rotate", CARE, BUILDERS, "Replace an API key, with an overlap"),
      row("GET " + T + "/tokens", ANY_OPERATOR, OWNERS, "List a tenant's tokens"),
      row("POST " + T + "/tokens", CARE, OWNERS, "Create a token of a tenant, shown this once"),
      row("GET " + T + "/tokens/{token}", ANY_OPERATOR, OWNERS, "Read a tenant's token"),
      row("DELETE " + T + "/tokens/{token}", CARE, OWNERS, "Revoke a tenant's token"),
      row("GET " + T + "/contracts", ANY_OPERATOR, PAYERS, "List contracts"),
      row("POST " + T + "/contracts", MONEY, NOBODY, "Conclude the next contract"),
      row("GET " + T + "/contracts/{contract}", ANY_OPERATOR, PAYERS, "Read a contract"),
      row("DELETE " + T + "/contracts/{contract}", MONEY, NOBODY, "Withdraw a planned contract"),
      row("POST " + T + "/contracts/{contract}/end", MONEY, NOBODY, "End the contract in force"),
      row("GET " + T + "/contracts/{contract}/service-level", ANY_OPERATOR, PAYERS,
          "Read what a contract promises"),
      row("PUT " + T + "/contracts/{contract}/service-level", MONEY, NOBODY,
          "Agree on what a planned contract promises"),
      row("GET " + T + "/credit-limit", ANY_OPERATOR, PAYERS, "Read the credit limit"),
      row("PUT " + T + "/credit-limit", MONEY, NOBODY, "Set the credit limit"),
      row("GET " + T + "/balance", ANY_OPERATOR, ANY_MEMBER, "Read what is left"),
      row("GET " + T + "/top-ups", ANY_OPERATOR, ANY_MEMBER, "List top-ups"),
      row("POST " + T + "/top-ups", MONEY, NOBODY, "Record a top-up"),
      row("GET " + T + "/packs", ANY_OPERATOR, ANY_MEMBER, "List packs with what is left of them"),
      row("POST " + T + "/packs", MONEY, PAYERS, "Buy a pack"),
      row("GET " + T + "/pack-settings", ANY_OPERATOR, ANY_MEMBER, "Read whether packs fall through"),
      row("PUT " + T + "/pack-settings", MONEY, PAYERS, "Set whether packs fall through"),
      row("GET " + T + "/budgets", ANY_OPERATOR, ANY_MEMBER, "List budgets with what is spent of them"),
      row("GET " + T + "/budget", ANY_OPERATOR, ANY_MEMBER, "Read the tenant's budget"),
      row("PUT " + T + "/budget", MONEY, PAYERS, "Set or lift the tenant's budget"),
      row("GET " + T + "/projects/{project}/budget", ANY_OPERATOR, ANY_MEMBER, "Read a project's budget"),
      row("PUT " + T + "/projects/{project}/budget", MONEY, PAYERS, "Set or lift a project's budget"),
      row("GET " + T + "/api-keys/{key}/budget", ANY_OPERATOR, ANY_MEMBER, "Read a key's budget"),
      row("PUT " + T + "/api-keys/{key}/budget", MONEY, PAYERS_AND_BUILDERS, "Set or lift a key's budget"),
      row("GET " + T + "/usage", ANY_OPERATOR, ANY_MEMBER, "Usage by day, project, key and model"),
      row("GET " + T + "/usage-records/{request}", ANY_OPERATOR, ANY_MEMBER,
          "What one request used, and what was drawn for it"),
      row("GET " + T + "/commitments", ANY_OPERATOR, PAYERS, "Committed against used tokens"),
      row("GET " + T + "/rate-limits", ANY_OPERATOR, ANY_MEMBER, "Read the tenant's rate limits"),
      row("PUT " + T + "/rate-limits", STAFF, NOBODY, "Set or lift the tenant's rate limits"),
      row("GET " + T + "/projects/{project}/rate-limits", ANY_OPERATOR, ANY_MEMBER,
          "Read a project's rate limits"),
      row("PUT " + T + "/projects/{project}/rate-limits", CARE, BUILDERS,
          "Set or lift a project's rate limits"),
      row("GET " + T + "/api-keys/{key}/rate-limits", ANY_OPERATOR, ANY_MEMBER, "Read a key's rate limits"),
      row("PUT " + T + "/api-keys/{key}/rate-limits", CARE, BUILDERS, "Set or lift a key's rate limits"),
      row("GET " + T + "/billing-profile", ANY_OPERATOR, PAYERS, "Read name, address and tax for invoices"),
      row("PUT " + T + "/billing-profile", MONEY, NOBODY, "Set name, address and tax for invoices"),
      row("GET " + T + "/adjustments", ANY_OPERATOR, PAYERS, "List what the next invoice takes up"),
      row("POST " + T + "/adjustments", MONEY, NOBODY, "Put something on the next invoice"),
      row("GET " + T + "/invoices", ANY_OPERATOR, PAYERS, "List a tenant's invoices and credit notes"),
      row("GET " + T + I, ANY_OPERATOR, PAYERS, "Read a document with its lines"),
      row("GET " + T + I + "/files/{format}", ANY_OPERATOR, PAYERS, "A document as PDF, UBL or JSON"),
      row("GET " + T + I + "/recomputation", ANY_OPERATOR, NOBODY,
          "Compare an invoice with its usage records"),
      row("POST " + T + I + "/finalise", MONEY, NOBODY, "Finalise a draft"),
      row("POST " + T + I + "/redraft", MONEY, NOBODY, "Write a draft anew"),
      row("POST " + T + I + "/credit-notes", MONEY, NOBODY, "Issue a credit note over some of an invoice"),
      row("POST " + T + I + "/replacements", MONEY, NOBODY, "Cancel an invoice and draft another one"),
      row("GET " + T + I + "/payments", ANY_OPERATOR, PAYERS, "List what settled an invoice"),
      row("POST " + T + I + "/payments", MONEY, NOBODY, "Record a payment"),
      row("POST " + T + I + "/refunds", MONEY, NOBODY, "Record that a payment went back"),
      row("GET " + T + "/exports/{month}", ANY_OPERATOR, PAYERS,
          "A tenant's documents of a month as an archive"),
      row("GET " + T + "/dunning-steps", ANY_OPERATOR, PAYERS, "List reminders of overdue invoices"),
      row("GET " + T + "/service-levels", ANY_OPERATOR, PAYERS,
          "What was promised against what was measured"),
      row("GET /dunning-levels", ANY_OPERATOR, NOBODY, "List the levels of reminders in force"),
      row("POST /dunning-policies", MONEY, NOBODY, "Plan other levels of reminders"),
      row("POST /dunning/run", MONEY, NOBODY, "Remind of what is overdue now"),
      row("GET /closes", ANY_OPERATOR, NOBODY, "List closes of months"),
      row("POST /closes", MONEY, NOBODY, "Close a month"),
      row("GET /closes/{month}", ANY_OPERATOR, NOBODY, "Read how far a close is"),
      row("POST /closes/{month}/finalise", MONEY, NOBODY, "Finalise all drafts of a month"),
      row("GET /due-months", ANY_OPERATOR, NOBODY, "List months that can be closed"),
      row("GET /invoices", ANY_OPERATOR, NOBODY, "List documents of all tenants"),
      row("GET /overdue-invoices", ANY_OPERATOR, NOBODY, "List invoices that should have been paid"),
      row("GET /exports/{month}", ANY_OPERATOR, NOBODY, "All documents of a month as an archive"),
      row("GET /issuers/{code}", ANY_OPERATOR, NOBODY, "Read who issues invoices"),
      row("PUT /issuers/{code}", MONEY, NOBODY, "Set who issues invoices"),
      row("GET " + T + "/members", ANY_OPERATOR, ANY_MEMBER, "List a tenant's people"),
      row("GET " + T + "/members/{person}", ANY_OPERATOR, ANY_MEMBER, "Read one of a tenant's people"),
      row("PUT " + T + "/members/{person}", NO_OPERATOR, OWNERS, "Give a member another role"),
      row("DELETE " + T + "/members/{person}", NO_OPERATOR, OWNERS, "End a membership"),
      row("GET " + T + "/invitations", ANY_OPERATOR, ANY_MEMBER, "List open invitations of a tenant"),
      row("GET " + T + "/invitations/{invitation}", ANY_OPERATOR, ANY_MEMBER,
          "Read an open invitation of a tenant"),
      row("POST " + T + "/invitations", CARE, OWNERS, "Invite to a tenant; the link is shown this once"),
      row("DELETE " + T + "/invitations/{invitation}", CARE, OWNERS, "Withdraw an invitation to a tenant"),
      row("GET " + T + "/pack-orders", ANY_OPERATOR, ANY_MEMBER,
          "List orders of packs that are yet to be paid"),
      row("POST " + T + "/pack-orders", NO_OPERATOR, PAYERS, "Order a pack, to be paid by other means"),
      row("GET " + T + "/pack-orders/{order}", ANY_OPERATOR, ANY_MEMBER,
          "Read an order that is yet to be paid"),
      row("POST " + T + "/pack-orders/{order}/paid", MONEY, NOBODY,
          "Buy what was ordered, now that it is paid"),
      row("DELETE " + T + "/pack-orders/{order}", MONEY, NOBODY, "Cancel an order"),
      row("GET /people/{person}/identity", ADMINS, NOBODY,
          "Read who a person is at the provider of identities"),
      row("DELETE /people/{person}/identity", ADMINS, NOBODY,
          "Forget who a person is at the provider of identities"),
      row("GET /operators", ANY_OPERATOR, NOBODY, "List the operator's people"),
      row("GET /operators/{person}", ANY_OPERATOR, NOBODY, "Read one of the operator's people"),
      row("PUT /operators/{person}", ADMINS, NOBODY, "Give one of the operator's people another role"),
      row("DELETE /operators/{person}", ADMINS, NOBODY, "Take a role with the operator away"),
      row("GET /invitations", ANY_OPERATOR, NOBODY, "List open invitations to the operator's people"),
      row("GET /invitations/{invitation}", ANY_OPERATOR, NOBODY,
          "Read an open invitation to the operator's people"),
      row("POST /invitations", ADMINS, NOBODY,
          "Invite to the operator's people; the link is shown this once"),
      row("DELETE /invitations/{invitation}", ADMINS, NOBODY, "Withdraw an invitation"),
      row("GET /overview", ANY_OPERATOR, NOBODY, "How business goes, against last month, and what waits"),
      row("GET /economics", ANY_OPERATOR, NOBODY, "What GPUs cost against what was earned with them"),
      row("GET /settings", ANY_OPERATOR, NOBODY, "What is configured for all tenants"),
      row("GET /backends", ANY_OPERATOR, NOBODY, "List backends as this instance sees them, now"),
      row("GET /backends/{address}", ANY_OPERATOR, NOBODY, "Read how a backend is, now"),
      row("POST /backends/{address}/drain", ADMINS, NOBODY, "Have a backend take no more work"),
      row("GET /service-levels", ANY_OPERATOR, NOBODY,
          "What was promised against what was measured, of all tenants in a month"),
      row("GET /ledger", ANY_OPERATOR, NOBODY, "Postings of the ledger, the latest first"),
      row("GET /gpu-costs", ANY_OPERATOR, NOBODY, "List what GPUs cost"),
      row("GET /gpu-costs/{day}", ANY_OPERATOR, NOBODY, "Read what was said of GPUs' cost for a day"),
      row("PUT /gpu-costs/{day}", MONEY, NOBODY, "Say what GPUs cost from a day on"),
      row("GET /prices/{price}/effect", ANY_OPERATOR, NOBODY,
          "What a price would have meant for a month's usage"),
      row("GET " + T + "/audit-log", ANY_OPERATOR, OWNERS, "Changes that concern a tenant"),
      row("GET /prices", ANY_OPERATOR, ANY_MEMBER, "List versions of prices"),
      row("POST /prices", MONEY, NOBODY, "Plan the next version of a price"),
      row("GET /prices/{price}", ANY_OPERATOR, ANY_MEMBER, "Read a version of a price"),
      row("DELETE /prices/{price}", MONEY, NOBODY, "Withdraw a planned version"),
      row("GET /time-bands", ANY_OPERATOR, ANY_MEMBER, "List time bands"),
      row("POST /time-bands", MONEY, NOBODY, "Plan a time band"),
      row("GET /time-bands/{band}", ANY_OPERATOR, ANY_MEMBER, "Read a time band"),
      row("POST /time-bands/{band}/end", MONEY, NOBODY, "End a time band"),
      row("GET /plans", ANY_OPERATOR, ANY_MEMBER, "List plans"),
      row("GET /plans/{plan}", ANY_OPERATOR, ANY_MEMBER, "Read a plan"),
      row("POST /plans", MONEY, NOBODY, "Add a plan"),
      row("GET /pack-offers", ANY_OPERATOR, ANY_MEMBER, "List pack offers"),
      row("GET /pack-offers/{offer}", ANY_OPERATOR, ANY_MEMBER, "Read a pack offer"),
      row("POST /pack-offers", MONEY, NOBODY, "Plan the next pack offer"),
      row("DELETE /pack-offers/{offer}", MONEY, NOBODY, "Withdraw a planned pack offer"),
      row("GET /audit-log", ANY_OPERATOR, NOBODY, "All changes"),
      row("GET /reconciliation", ANY_OPERATOR, NOBODY, "Sums that should agree and do not"),
      row("GET /reconciliation/latest", ANY_OPERATOR, NOBODY, "The last reconciliation that was kept"),
      row("GET /tokens", ADMINS, NOBODY, "List the operator's tokens"),
      row("POST /tokens", ADMINS, NOBODY, "Create a token of the operator, shown this once"),
      row("GET /tokens/{token}", ADMINS, NOBODY, "Read a token of the operator"),
      row("DELETE /tokens/{token}", ADMINS, NOBODY, "Revoke a token of the operator"));

  private static final Map<String, Access> BY_ENDPOINT = ROWS.stream()
      .collect(Collectors.toUnmodifiableMap(Access::endpoint, Function.identity()));

  private AccessTable() {}

  /** The row of an endpoint: method and path below {@code /api/v1}, as mapped. */
  public static Optional<Access> of(String endpoint) {
    return Optional.ofNullable(BY_ENDPOINT.get(endpoint));
  }

  /** How a role is called. */
  static String named(Enum<?> role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private static Access row(String endpoint, Set<OperatorRole> operators, Set<MemberRole> members,
      String title) {
    return new Access(endpoint, title, Set.copyOf(operators), Set.copyOf(members));
  }
}
