package dev.tollgate.billing.ledger;

import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accounts, funds and single transfers. Callers hold {@link #lock} on the tenant. */
final class JdbcAccountStore {

  /** The unit of accounts that count raw tokens. */
  static final String TOKEN = "TOKEN";

  private static final String FUND = """
      SELECT account_id, kind, NULLIF(valid_from, '-infinity') AS valid_from,
        NULLIF(valid_until, 'infinity') AS valid_until
      FROM billing.fund WHERE tenant_id = :tenant
      """;

  private final JdbcClient jdbc;

  JdbcAccountStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void lock(TenantId tenant) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.accounts:' || :tenant, 0))")
        .param("tenant", tenant.toString()).query((row, number) -> 0).list();
  }

  Optional<FundAccount> money(TenantId tenant, String currency) {
    return jdbc.sql(FUND + " AND kind = 'MONEY' AND unit = :currency").param("tenant", tenant.value())
        .param("currency", currency).query((row, number) -> fund(row)).optional();
  }

  Optional<FundAccount> allowanceAt(TenantId tenant, Instant at) {
    return jdbc.sql(FUND + " AND kind = 'FREE_ALLOWANCE' AND valid_from <= :at AND :at < valid_until")
        .param("tenant", tenant.value()).param("at", utc(at)).query((row, number) -> fund(row)).optional();
  }

  /** Also those that are yet to begin, since clocks differ: what is bought is there. */
  List<FundAccount> packs(TenantId tenant, Instant at) {
    return jdbc
        .sql(FUND
            + " AND kind = 'PACK' AND :at < valid_until AND balance > 0 ORDER BY valid_until, account_id")
        .param("tenant", tenant.value()).param("at", utc(at)).query((row, number) -> fund(row)).list();
  }

  Optional<Instant> allowanceEndBefore(TenantId tenant, Instant at) {
    return boundary("SELECT max(valid_until) FROM billing.fund WHERE valid_until <= :at", tenant, at);
  }

  Optional<Instant> allowanceStartAfter(TenantId tenant, Instant at) {
    return boundary("SELECT min(valid_from) FROM billing.fund WHERE valid_from > :at", tenant, at);
  }

  long account(TenantId tenant, AccountKind kind, String unit) {
    return jdbc.sql("""
        WITH opened AS (
          INSERT INTO billing.account (tenant_id, kind, unit) VALUES (:tenant, :kind, :unit)
          ON CONFLICT DO NOTHING RETURNING id)
        SELECT id FROM opened
        UNION ALL
        SELECT id FROM billing.account
        WHERE tenant_id = :tenant AND kind = :kind AND unit = :unit AND valid_from IS NULL
        """).param("tenant", tenant.value()).param("kind", kind.name()).param("unit", unit).query(Long.class)
        .single();
  }

  long periodAccount(TenantId tenant, Instant from) {
    return jdbc.sql("""
        INSERT INTO billing.account (tenant_id, kind, unit, valid_from)
        VALUES (:tenant, 'FREE_ALLOWANCE', 'TOKEN', :from) RETURNING id
        """).param("tenant", tenant.value()).param("from", utc(from)).query(Long.class).single();
  }

  void openFund(long account, TenantId tenant, AccountKind kind, String unit, long drawnInto,
      long coveredBy) {
    jdbc.sql("""
        INSERT INTO billing.fund (account_id, tenant_id, kind, unit, drawn_into, covered_by)
        VALUES (:account, :tenant, :kind, :unit, :drawnInto, :coveredBy)
        """).param("account", account).param("tenant", tenant.value()).param("kind", kind.name())
        .param("unit", unit).param("drawnInto", drawnInto).param("coveredBy", coveredBy).update();
  }

  void openPeriodFund(long account, TenantId tenant, Instant from, Instant until, long drawnInto,
      long coveredBy) {
    jdbc.sql("""
        INSERT INTO billing.fund
          (account_id, tenant_id, kind, unit, valid_from, valid_until, drawn_into, covered_by)
        VALUES (:account, :tenant, 'FREE_ALLOWANCE', 'TOKEN', :from, :until, :drawnInto, :coveredBy)
        """).param("account", account).param("tenant", tenant.value()).param("from", utc(from))
        .param("until", utc(until)).param("drawnInto", drawnInto).param("coveredBy", coveredBy).update();
  }

  /**
   * Takes the credit limit of the contract that has begun last in the fund's currency: by this clock, or by another one
   * that put it in force already. Without any it stays as it is. Touches the row only where the limit changes, since
   * other instances may be drawing on it.
   */
  void limitCredit(long account, Instant now) {
    jdbc.sql("""
        WITH agreed AS (
          SELECT c.credit_limit, lower(c.effective) AS since
          FROM billing.fund f JOIN billing.contract c ON c.tenant_id = f.tenant_id AND c.currency = f.unit
          WHERE f.account_id = :account
            AND lower(c.effective) <= GREATEST(CAST(:now AS timestamptz), f.agreed_from)
          ORDER BY c.effective DESC LIMIT 1)
        UPDATE billing.fund f
        SET credit_limit = GREATEST(a.credit_limit, f.leased - f.balance), agreed_limit = a.credit_limit,
          agreed_from = a.since
        FROM agreed a
        WHERE f.account_id = :account AND (f.credit_limit <> GREATEST(a.credit_limit, f.leased - f.balance)
          OR f.agreed_limit IS DISTINCT FROM a.credit_limit OR f.agreed_from IS DISTINCT FROM a.since)
        """).param("account", account).param("now", utc(now)).update();
  }

  /** Whether more is leased of a fund than its agreed limit leaves. */
  boolean isOverleased(long account) {
    return jdbc.sql(
        "SELECT COALESCE(balance + agreed_limit < leased, false) FROM billing.fund WHERE account_id = :account")
        .param("account", account).query(Boolean.class).single();
  }

  /** What a reference paid in, 0 if it is new. */
  BigInteger topUpOf(long money, String reference) {
    return jdbc.sql("""
        SELECT amount FROM billing.transfer
        WHERE credit_account = :account AND reference = :reference AND reason = 'TOP_UP'
        """).param("account", money).param("reference", reference).query(BigDecimal.class).optional()
        .map(BigDecimal::toBigIntegerExact).orElse(BigInteger.ZERO);
  }

  void post(UUID batch, long debit, long credit, long amount, String unit, String reason,
      @Nullable String reference) {
    post(batch, debit, credit, BigInteger.valueOf(amount), unit, reason, reference);
  }

  void post(UUID batch, long debit, long credit, BigInteger amount, String unit, String reason,
      @Nullable String reference) {
    jdbc.sql("""
        INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason, reference)
        VALUES (:batch, :debit, :credit, :amount, :unit, :reason, :reference)
        """).param("batch", batch).param("debit", debit).param("credit", credit)
        .param("amount", new BigDecimal(amount))
        .param("unit", unit).param("reason", reason).param("reference", reference).update();
  }

  void credit(long fund, long amount) {
    credit(fund, BigInteger.valueOf(amount));
  }

  void credit(long fund, BigInteger amount) {
    jdbc.sql("UPDATE billing.fund SET balance = balance + :amount WHERE account_id = :account")
        .param("amount", new BigDecimal(amount)).param("account", fund).update();
  }

  private Optional<Instant> boundary(String select, TenantId tenant, Instant at) {
    return jdbc.sql(select + " AND tenant_id = :tenant AND kind = 'FREE_ALLOWANCE'").param("at", utc(at))
        .param("tenant", tenant.value()).query(OffsetDateTime.class).optional()
        .map(OffsetDateTime::toInstant);
  }

  private static FundAccount fund(ResultSet row) throws SQLException {
    OffsetDateTime from = row.getObject("valid_from", OffsetDateTime.class);
    OffsetDateTime until = row.getObject("valid_until", OffsetDateTime.class);
    return new FundAccount(row.getLong("account_id"), FundKind.valueOf(row.getString("kind")),
        from == null ? Instant.MIN : from.toInstant(), until == null ? Instant.MAX : until.toInstant());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
