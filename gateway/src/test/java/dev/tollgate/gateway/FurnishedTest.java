package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Packs;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.Tokens.Holder;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;

/** A tenant that has something of everything that pages show. */
abstract class FurnishedTest extends BrowserTest {

  /** What stands in addresses for places in paths. */
  final Map<String, String> places = new HashMap<>();

  @Autowired
  AuditLog log;
  @Autowired
  Invitations invitations;
  @Autowired
  PackOrders orders;
  @Autowired
  Tokens tokens;
  @Autowired
  Packs packs;

  /** A tenant with something of everything, and what its pages are called in addresses. */
  Account furnished() {
    Account account = paying(250 * USD);
    tenants.rename(account.tenant(), "Northwind Labs",
        tenants.find(account.tenant()).orElseThrow().version());
    assertThat(packs.buy(account.tenant(),
        new Packs.Order(new Packs.Size.Tokens(2_000_000), "USD", Packs.Payment.RECORDED, "PO-2026-118")))
        .isInstanceOf(Packs.Purchase.Bought.class);
    addHistory(account);
    addInvoice(account);
    reported(account.tenant());
    String invited = invitations.invite(new Holder.Member(account.tenant(), MemberRole.DEVELOPER),
        "linus@example.com").secret();
    places.put("/backends/drain", "/backends/drain?address=" + backends.all().getFirst().address());
    places.put("/invoices/finalise", "/invoices/finalise?month=2026-10");
    places.put("/link/{secret}", "/link/" + links.issue(person().id()));
    places.putAll(Map.of("{tenant}", account.tenant().toString(), "{key}", account.key().toString(),
        "{project}", account.project().id().toString(), "{price}", "1", "{invoice}", invoiceOf(account),
        "{order}", orders.place(account.tenant(), buyer(account), new Packs.Size.Worth(100 * USD), "USD").id()
            .toString(),
        "/invitation/{secret}", "/invitation/" + invited));
    return account;
  }

  private TokenId buyer(Account account) {
    return tokens.issue(new Holder.Member(account.tenant(), MemberRole.BILLING), "orders", null).id();
  }

  /** A short name that looks well in pictures, and what the audit log shows, as the pages record it. */
  void addChanges(Account account, Person admin) {
    var author = new AuditLog.Author(null, admin.id().value(), "admin " + admin.email());
    TenantId tenant = account.tenant();
    jdbc.sql("UPDATE tenants.tenant SET slug = 'northwind-labs' WHERE id = ?").param(tenant.value()).update();
    List.of(new AuditLog.Entry("tenant.rename", tenant.toString(), Map.of("name", "Northwind"),
        Map.of("name", "Northwind Labs")),
        new AuditLog.Entry("top-up.receive", "1", null,
            Map.of("reference", "initial", "amount", Amount.of("USD", 250 * USD))),
        new AuditLog.Entry("credit-limit.set", tenant.toString(), Map.of("creditLimit", Amount.of("USD", 0)),
            Map.of("creditLimit", Amount.of("USD", 500 * USD))))
        .forEach(entry -> log.add(UUID.randomUUID(), author, tenant, entry));
  }

  private String invoiceOf(Account account) {
    return jdbc.sql("SELECT id::text FROM billing.invoice WHERE tenant_id = ?")
        .param(account.tenant().value())
        .query(String.class).single();
  }

  /** A draft of last month, with a line of usage and one that was added by hand. */
  private void addInvoice(Account account) {
    jdbc.sql(
        """
            WITH month AS (SELECT date_trunc('month', now() AT TIME ZONE 'UTC' - interval '1 month') AS begins),
            drafted AS (
              INSERT INTO billing.invoice (tenant_id, kind, state, month, span, previous_cut, cut_at, currency, net, total, due)
              SELECT ?, 'INVOICE', 'DRAFT', begins, tstzrange(begins AT TIME ZONE 'UTC', (begins + interval '1 month') AT TIME ZONE 'UTC'),
                now(), now(), 'USD', 12000, 12000, 12000 FROM month RETURNING id, month)
            INSERT INTO billing.invoice_line (invoice_id, position, kind, service_month, charged_to, description, requests, quantity,
              unit_price, fund_amount, amount_pico, amount)
            SELECT id, 1, 'ADJUSTMENT', month, 'INVOICE', 'Support hours', 0, 1, 0, 0, 120 * 10::numeric ^ 12, 12000 FROM drafted""")
        .param(account.tenant().value()).update();
  }

  /** Two months of roll-ups and what GPUs cost, so that charts and margins have something to show. */
  private void addHistory(Account account) {
    LocalDate today = LocalDate.now(Clock.system(ZoneOffset.UTC));
    for (int i = 0; i < 60; i++) {
      long requests = (400 + (i * 37L) % 260 + (60 - i) * 6L) * 100;
      jdbc.sql(
          """
              INSERT INTO billing.usage_day VALUES (?, ?, ?, ?, 'stand-in', 'default', 'USD', 'COMPLETED', ?, ?, ?, ?, 0, 0, ?)
              ON CONFLICT DO NOTHING""")
          .params(account.tenant().value(), today.minusDays(i), account.project().id().value(),
              account.key().value(), requests, requests * 900, requests * 300, requests * 240,
              requests * (900 * 3_000_000L + 300 * 300_000L + 240 * 6_000_000L))
          .update();
    }
    jdbc.sql("INSERT INTO gateway.gpu_cost VALUES (?, 1, 'USD', ?) ON CONFLICT DO NOTHING")
        .params(today.minusDays(90), 2_100_000_000_000L).update();
    jdbc.sql(
        """
            INSERT INTO billing.usage_month
            SELECT ?, date_trunc('month', CAST(? AS date) - interval '1 month'), 0, 1, 'stand-in', 'default', f.account_id, 1,
              p.pico_per_token, 40000, 36000000, 36000000 * p.pico_per_token
            FROM billing.price p, billing.fund f WHERE p.id = 1 AND f.tenant_id = ? AND f.kind = 'MONEY'""")
        .params(account.tenant().value(), today, account.tenant().value()).update();
  }
}
