package dev.tollgate.billing.budgets;

import dev.tollgate.billing.Budgets.Order;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Caps as they are set, and what their accounts have spent. */
final class JdbcBudgetStore {

  private static final String BUDGETS = """
      SELECT b.subject, array_position(ARRAY['T', 'P', 'K'], left(b.subject, 1)) AS place, b.currency, b.cap_pico,
        COALESCE(billing.pending(f.account_id) - f.balance, 0) AS spent, f.valid_from, f.valid_until
      FROM billing.budget b LEFT JOIN billing.fund f
        ON f.tenant_id = b.tenant_id AND f.kind = 'BUDGET' AND f.subject = b.subject AND f.unit = b.currency
          AND f.valid_from <= :at AND :at < f.valid_until
      WHERE b.tenant_id = :tenant AND b.currency = :currency
      """;

  private final JdbcClient jdbc;

  JdbcBudgetStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A cap; without an account yet if nothing was asked of it in the month that the instant falls in. */
  record Row(BudgetSubject subject, Money cap, BigInteger spent, @Nullable Instant from,
      @Nullable Instant until) {}

  void put(TenantId tenant, BudgetSubject subject, Money cap) {
    jdbc.sql(
        """
            INSERT INTO billing.budget (tenant_id, subject, currency, cap_pico) VALUES (:tenant, :subject, :currency, :cap)
            ON CONFLICT (tenant_id, subject) DO UPDATE SET currency = excluded.currency, cap_pico = excluded.cap_pico
            """)
        .param("tenant", tenant.value()).param("subject", subject.text()).param("currency", cap.currency())
        .param("cap", new BigDecimal(cap.pico())).update();
  }

  /** A currency other than this one that a contract is in which is in force or planned. */
  Optional<String> currencyBeside(TenantId tenant, String currency, Instant now) {
    return jdbc.sql("""
        SELECT currency FROM billing.contract
        WHERE tenant_id = :tenant AND currency <> :currency AND COALESCE(upper(effective), 'infinity') > :now
        ORDER BY effective LIMIT 1
        """).param("tenant", tenant.value()).param("currency", currency)
        .param("now", now.atOffset(ZoneOffset.UTC)).query(String.class).optional();
  }

  boolean remove(TenantId tenant, BudgetSubject subject) {
    return jdbc.sql("DELETE FROM billing.budget WHERE tenant_id = :tenant AND subject = :subject")
        .param("tenant", tenant.value()).param("subject", subject.text()).update() == 1;
  }

  List<Row> budgets(TenantId tenant, String currency, Instant at) {
    return of(jdbc.sql(BUDGETS + " ORDER BY place, subject"), tenant, currency, at);
  }

  List<Row> budgets(TenantId tenant, String currency, Instant at, Slice<Order> slice) {
    return of(SliceQuery.of(BUDGETS, IdKind.TEXT, "subject").ask(jdbc, slice, switch (slice.order()) {
      case SUBJECT -> "place";
      case SPENT -> "spent";
      case CAP -> "cap_pico";
    }), tenant, currency, at);
  }

  Optional<Row> budget(TenantId tenant, BudgetSubject subject, String currency, Instant at) {
    return of(jdbc.sql(BUDGETS + " AND b.subject = :subject").param("subject", subject.text()), tenant,
        currency, at)
        .stream().findFirst();
  }

  private static List<Row> of(StatementSpec asked, TenantId tenant, String currency, Instant at) {
    return asked.param("tenant", tenant.value()).param("currency", currency)
        .param("at", at.atOffset(ZoneOffset.UTC)).query((row, number) -> row(row)).list();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(BudgetSubject.parse(row.getString("subject")),
        new Money(row.getString("currency"), row.getBigDecimal("cap_pico").toBigIntegerExact()),
        row.getBigDecimal("spent").toBigIntegerExact(), instant(row, "valid_from"),
        instant(row, "valid_until"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
