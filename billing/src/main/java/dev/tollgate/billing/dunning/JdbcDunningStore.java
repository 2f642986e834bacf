package dev.tollgate.billing.dunning;

import dev.tollgate.billing.Dunning.Level;
import dev.tollgate.billing.Dunning.State;
import dev.tollgate.billing.Dunning.Step;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Policies, invoices that are overdue, and the steps that were taken for them. */
final class JdbcDunningStore {

  private static final String POLICY = """
      SELECT l.* FROM billing.dunning_level l
      WHERE l.effective_from = (SELECT max(effective_from) FROM billing.dunning_level WHERE effective_from <= :day)
      """;

  // The day is that of the issuer, who also dates its documents.
  private static final String OVERDUE = """
      open AS (
        SELECT i.id, i.tenant_id, i.number, i.currency, i.due_on, c.minor_digits, b.name, b.email,
          t.day - i.due_on AS days,
          i.due - COALESCE((SELECT sum(s.amount) FROM billing.invoice_settlement s WHERE s.invoice_id = i.id), 0) AS open
        FROM billing.invoice i JOIN billing.currency c ON c.code = i.currency JOIN billing.party b ON b.id = i.buyer
          JOIN unnest(CAST(:issuers AS text[]), CAST(:today AS date[])) AS t(issuer, day) ON t.issuer = i.issuer
        WHERE i.kind = 'INVOICE' AND i.state = 'FINALISED')
      """;

  private static final String SUSPENDING = """
      FROM open o JOIN (%s) l ON o.days >= l.days_after_due AND l.suspends
      JOIN billing.dunning_step s ON s.invoice_id = o.id AND s.level >= l.level
      WHERE o.open > 0
      """.formatted(POLICY);

  private final JdbcClient jdbc;

  JdbcDunningStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** An invoice that has come to a level. */
  record Due(InvoiceId invoice, TenantId tenant, String number, BigDecimal open, String currency,
      LocalDate dueOn,
      int days, String name, String email, Level level) {}

  List<Level> policy(LocalDate day) {
    return jdbc.sql(POLICY + " ORDER BY level").param("day", day).query((row, number) -> level(row)).list();
  }

  boolean add(LocalDate from, Level level) {
    return jdbc.sql("""
        INSERT INTO billing.dunning_level (effective_from, level, days_after_due, subject, body, suspends)
        VALUES (:from, :level, :days, :subject, :body, :suspends) ON CONFLICT DO NOTHING
        """).param("from", from).param("level", level.level()).param("days", level.daysAfterDue())
        .param("subject", level.subject()).param("body", level.body()).param("suspends", level.suspends())
        .update() == 1;
  }

  /** Each overdue invoice with the highest level that its days allow, if that was not taken or failed. */
  List<Due> due(Instant now) {
    return asking("WITH " + OVERDUE
        + """
            , level AS (%s)
            SELECT * FROM (
              SELECT DISTINCT ON (o.id) o.id, o.tenant_id, o.number, o.currency, o.due_on, o.minor_digits, o.name, o.email,
                o.days, o.open, l.level, l.days_after_due, l.subject, l.body, l.suspends
              FROM open o JOIN level l ON o.days >= l.days_after_due WHERE o.open > 0 ORDER BY o.id, l.level DESC) reached
            WHERE NOT EXISTS (
              SELECT FROM billing.dunning_step s
              WHERE s.invoice_id = reached.id AND s.level >= reached.level AND s.state <> 'FAILED')
            ORDER BY due_on, number
            """
            .formatted(POLICY),
        now).query((row, number) -> due(row)).list();
  }

  /** A question about what is overdue. Days are told here, because PostgreSQL takes offsets for their opposite. */
  private StatementSpec asking(String sql, Instant now) {
    var issuers = new StringJoiner(",", "{", "}");
    var days = new StringJoiner(",", "{", "}");
    jdbc.sql("SELECT code, zone FROM billing.issuer").query((RowCallbackHandler) row -> {
      issuers.add(row.getString("code"));
      days.add(LocalDate.ofInstant(now, ZoneId.of(row.getString("zone"))).toString());
    });
    return jdbc.sql(sql).param("issuers", issuers.toString()).param("today", days.toString()).param("day",
        LocalDate.ofInstant(now, ZoneOffset.UTC));
  }

  private static Due due(ResultSet row) throws SQLException {
    return new Due(new InvoiceId(row.getObject("id", UUID.class)),
        new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("number"),
        BigDecimal.valueOf(row.getLong("open"), row.getInt("minor_digits")), row.getString("currency"),
        row.getObject("due_on", LocalDate.class), row.getInt("days"), row.getString("name"),
        row.getString("email"), level(row));
  }

  /**
   * Makes a step one's own; false if another has it, or the invoice was settled meanwhile. A payment that is under way is
   * waited for, and one that comes later waits.
   */
  boolean claim(Due due, String subject, String body, State state, Instant now) {
    return jdbc
        .sql(
            """
                INSERT INTO billing.dunning_step AS s (invoice_id, level, tenant_id, recipient, subject, body, state, taken_at)
                SELECT i.id, :level, i.tenant_id, :recipient, :subject, :body, :state, :now FROM billing.invoice i
                WHERE i.id = :invoice AND i.state = 'FINALISED' FOR SHARE
                ON CONFLICT (invoice_id, level) DO UPDATE SET state = excluded.state, failure = NULL, recipient = excluded.recipient,
                  subject = excluded.subject, body = excluded.body, taken_at = excluded.taken_at
                WHERE s.state = 'FAILED'
                """)
        .param("invoice", due.invoice().value()).param("level", due.level().level())
        .param("recipient", due.email()).param("subject", subject).param("body", body)
        .param("state", state.name())
        .param("now", utc(now)).update() == 1;
  }

  void ended(Due due, State state, @Nullable String failure, Instant now) {
    jdbc.sql("""
        UPDATE billing.dunning_step SET state = :state, failure = :failure, ended_at = :now
        WHERE invoice_id = :invoice AND level = :level AND state = 'SENDING'
        """).param("state", state.name()).param("failure", failure).param("now", utc(now))
        .param("invoice", due.invoice().value()).param("level", due.level().level()).update();
  }

  /** Whether a tenant has an overdue invoice that came to a level which suspends, by the policy in force. */
  boolean suspends(TenantId tenant, Instant now) {
    return asking("WITH " + OVERDUE + " SELECT EXISTS (SELECT " + SUSPENDING + " AND o.tenant_id = :tenant)",
        now)
        .param("tenant", tenant.value()).query(Boolean.class).single();
  }

  /** All tenants of which that holds. */
  List<TenantId> suspending(Instant now) {
    return asking("WITH " + OVERDUE + " SELECT DISTINCT o.tenant_id " + SUSPENDING, now)
        .query((row, number) -> new TenantId(row.getObject("tenant_id", UUID.class))).list();
  }

  /** Waits for payments of a tenant's invoices that are under way, and keeps later ones waiting. */
  void lockOpen(TenantId tenant) {
    jdbc.sql("""
        SELECT 1 FROM billing.invoice WHERE tenant_id = :tenant AND kind = 'INVOICE' AND state = 'FINALISED'
        ORDER BY id FOR SHARE
        """).param("tenant", tenant.value()).query(Integer.class).list();
  }

  List<Step> of(TenantId tenant) {
    return jdbc
        .sql(
            "SELECT * FROM billing.dunning_step WHERE tenant_id = :tenant ORDER BY taken_at DESC, level DESC")
        .param("tenant", tenant.value())
        .query((row, number) -> new Step(new InvoiceId(row.getObject("invoice_id", UUID.class)),
            row.getInt("level"),
            row.getString("recipient"), row.getString("subject"), State.valueOf(row.getString("state")),
            row.getString("failure"), row.getObject("taken_at", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** The first day of the last policy that is planned or in force. */
  Optional<LocalDate> lastPolicy() {
    return jdbc.sql("SELECT max(effective_from) FROM billing.dunning_level").query(LocalDate.class)
        .optional();
  }

  private static Level level(ResultSet row) throws SQLException {
    return new Level(row.getInt("level"), row.getInt("days_after_due"), row.getString("subject"),
        row.getString("body"), row.getBoolean("suspends"));
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
