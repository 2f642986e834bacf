package dev.tollgate.billing.ledger;

import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The accounts of budgets. Each billing month of a budget has its own, opened when something is first asked of it. */
public final class BudgetAccounts {

  // A month is clipped where an earlier zone's month has had the cap already: it must not be had twice.
  private static final String OPEN = """
      WITH missing AS (
        SELECT b.subject, b.cap_pico,
          GREATEST(CAST(:from AS timestamptz), (
            SELECT max(f.valid_until) FROM billing.fund f
            WHERE f.tenant_id = :tenant AND f.kind = 'BUDGET' AND f.unit = :currency AND f.subject = b.subject
              AND f.valid_until <= :at)) AS valid_from,
          LEAST(CAST(:until AS timestamptz), (
            SELECT min(f.valid_from) FROM billing.fund f
            WHERE f.tenant_id = :tenant AND f.kind = 'BUDGET' AND f.unit = :currency AND f.subject = b.subject
              AND f.valid_from > :at)) AS valid_until
        FROM billing.budget b
        WHERE b.tenant_id = :tenant AND b.currency = :currency AND NOT EXISTS (
          SELECT FROM billing.fund f
          WHERE f.tenant_id = :tenant AND f.kind = 'BUDGET' AND f.unit = :currency AND f.subject = b.subject
            AND f.valid_from <= :at AND :at < f.valid_until)),
      opened AS (
        INSERT INTO billing.account (tenant_id, kind, unit, valid_from, subject)
        SELECT :tenant, 'BUDGET', :currency, valid_from, subject FROM missing
        RETURNING id, subject)
      INSERT INTO billing.fund (account_id, tenant_id, kind, unit, subject, credit_limit, agreed_limit, valid_from,
        valid_until, drawn_into, covered_by)
      SELECT o.id, :tenant, 'BUDGET', :currency, m.subject, m.cap_pico, m.cap_pico, m.valid_from, m.valid_until,
        :spent, :passed
      FROM opened o JOIN missing m USING (subject)
      """;

  private final JdbcClient jdbc;
  private final JdbcAccountStore store;
  private final SpentBefore spentBefore;

  public BudgetAccounts(DataSource database) {
    this(JdbcClient.create(database));
  }

  BudgetAccounts(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.store = new JdbcAccountStore(jdbc);
    this.spentBefore = new SpentBefore(jdbc);
  }

  /** Keeps others from changing the tenant's accounts until the caller's transaction ends. */
  public void lock(TenantId tenant) {
    store.lock(tenant);
  }

  /** The accounts of all budgets of a tenant in force at an instant, opened where they are missing. */
  List<BudgetAccount> open(TenantId tenant, String currency, Instant from, Instant until, Instant at) {
    if (!hasBudgets(tenant, currency)) {
      return List.of();
    }
    in(OPEN, tenant, currency, at).param("from", utc(from)).param("until", utc(until))
        .param("spent", store.account(tenant, AccountKind.BUDGET_SPENT, currency))
        .param("passed", store.account(tenant, AccountKind.BUDGET_PASSED, currency)).update();
    return in("""
        SELECT f.account_id, f.subject, f.valid_from, f.valid_until
        FROM billing.fund f JOIN billing.budget b
          ON b.tenant_id = f.tenant_id AND b.subject = f.subject AND b.currency = f.unit
        WHERE f.tenant_id = :tenant AND f.kind = 'BUDGET' AND f.unit = :currency
          AND f.valid_from <= :at AND :at < f.valid_until
        ORDER BY f.account_id
        """, tenant, currency, at).query((row, number) -> account(row)).list();
  }

  /** Whether a subject's cap is set in a currency; if not, nobody has counted what it spends. */
  public boolean isSet(TenantId tenant, BudgetSubject subject, String currency) {
    return jdbc.sql("""
        SELECT EXISTS (SELECT FROM billing.budget
          WHERE tenant_id = :tenant AND subject = :subject AND currency = :currency)
        """).param("tenant", tenant.value()).param("subject", subject.text()).param("currency", currency)
        .query(Boolean.class).single();
  }

  /** Whether caps are set in another currency than this one; under a contract in it they would cap nothing. */
  boolean isSetBeside(TenantId tenant, String currency) {
    return jdbc
        .sql("SELECT EXISTS (SELECT FROM billing.budget WHERE tenant_id = :tenant AND currency <> :currency)")
        .param("tenant", tenant.value()).param("currency", currency).query(Boolean.class).single();
  }

  /**
   * Opens what is missing, and counts what was settled earlier in the month without having been counted: all of it if the
   * subject's account is new, else what was spent since its cap was lifted.
   *
   * @param wasSet what {@link #isSet} said before this cap was set
   */
  public void openAndCount(TenantId tenant, BudgetSubject subject, String currency, boolean wasSet,
      Instant from, Instant until, Instant at) {
    boolean counted = wasSet && isOpen(tenant, subject, currency, at);
    List<BudgetAccount> accounts = open(tenant, currency, from, until, at);
    if (counted) {
      return;
    }
    BudgetAccount opened = accounts.stream().filter(account -> account.subject().equals(subject)).findFirst()
        .orElseThrow();
    BigDecimal uncounted = spentBefore.uncounted(tenant, currency, opened);
    if (uncounted.signum() > 0) {
      count(opened.account(), uncounted);
    }
  }

  private void count(long account, BigDecimal spent) {
    jdbc.sql("""
        WITH counted AS (
          UPDATE billing.fund
          SET balance = balance - :spent, credit_limit = GREATEST(credit_limit, leased - balance + :spent)
          WHERE account_id = :account RETURNING account_id, drawn_into, unit)
        INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
        SELECT :batch, account_id, drawn_into, :spent, unit, 'BUDGET_OPENING' FROM counted
        """).param("spent", spent).param("account", account).param("batch", UUID.randomUUID()).update();
  }

  /** Puts a cap in force. Where more is leased than it leaves, nothing is leased beyond it from now on. */
  public void limit(TenantId tenant, BudgetSubject subject, String currency, BigInteger cap, Instant at) {
    in("""
        UPDATE billing.fund SET agreed_limit = :cap, credit_limit = GREATEST(:cap, leased - balance)
        WHERE tenant_id = :tenant AND kind = 'BUDGET' AND unit = :currency AND subject = :subject
          AND :at < valid_until
        """, tenant, currency, at).param("subject", subject.text()).param("cap", new BigDecimal(cap))
        .update();
  }

  private boolean hasBudgets(TenantId tenant, String currency) {
    return jdbc
        .sql("SELECT EXISTS (SELECT FROM billing.budget WHERE tenant_id = :tenant AND currency = :currency)")
        .param("tenant", tenant.value()).param("currency", currency).query(Boolean.class).single();
  }

  private boolean isOpen(TenantId tenant, BudgetSubject subject, String currency, Instant at) {
    return in("""
        SELECT EXISTS (
          SELECT FROM billing.fund
          WHERE tenant_id = :tenant AND kind = 'BUDGET' AND unit = :currency AND subject = :subject
            AND valid_from <= :at AND :at < valid_until)
        """, tenant, currency, at).param("subject", subject.text()).query(Boolean.class).single();
  }

  private StatementSpec in(String sql, TenantId tenant, String currency, Instant at) {
    return jdbc.sql(sql).param("tenant", tenant.value()).param("currency", currency).param("at", utc(at));
  }

  private static BudgetAccount account(ResultSet row) throws SQLException {
    return new BudgetAccount(row.getLong("account_id"), BudgetSubject.parse(row.getString("subject")),
        row.getObject("valid_from", OffsetDateTime.class).toInstant(),
        row.getObject("valid_until", OffsetDateTime.class).toInstant());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
