package dev.tollgate.billing.reconciliation;

import dev.tollgate.billing.reconciliation.Reconciliation.Difference;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Kept;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Listed;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Order;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Run;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Total;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs of the reconciliation, as they are kept. */
final class JdbcRunStore {

  private static final String TOTAL = "SELECT unit, used, posted, pending, balances, entered FROM ";

  private final JdbcClient jdbc;

  JdbcRunStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  boolean startedSince(Instant instant) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM billing.reconciliation_run WHERE started_at > :since)")
        .param("since", utc(instant)).query(Boolean.class).single();
  }

  /** Until the end of the caller's transaction; false if another is at it. */
  boolean excludeOthers() {
    return jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtextextended('billing.reconciliation', 0))")
        .query(Boolean.class).single();
  }

  List<Total> totals() {
    return jdbc.sql(TOTAL + "billing.reconciliation_totals ORDER BY unit").query((row, number) -> total(row))
        .list();
  }

  void add(Run run) {
    long id = jdbc.sql("""
        INSERT INTO billing.reconciliation_run (started_at, took_millis, differences)
        VALUES (:started, :took, :differences) RETURNING id
        """).param("started", utc(run.startedAt())).param("took", run.took().toMillis())
        .param("differences", run.differences().size()).query(Long.class).single();
    for (Total total : run.totals()) {
      jdbc.sql("""
          INSERT INTO billing.reconciliation_total (run_id, unit, used, posted, pending, balances, entered)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """)
          .params(id, total.unit(), decimal(total.used()), decimal(total.posted()), decimal(total.pending()),
              decimal(total.balances()), decimal(total.entered()))
          .update();
    }
    for (Difference difference : run.differences()) {
      TenantId tenant = difference.tenant();
      jdbc.sql("""
          INSERT INTO billing.reconciliation_difference (run_id, tenant_id, checked, unit, expected, found)
          VALUES (:run, CAST(:tenant AS uuid), :checked, :unit, :expected, :found)
          """).param("run", id).param("tenant", tenant == null ? null : tenant.value())
          .param("checked", difference.check()).param("unit", difference.unit())
          .param("expected", decimal(difference.expected())).param("found", decimal(difference.found()))
          .update();
    }
  }

  void forgetBefore(Instant instant) {
    jdbc.sql("DELETE FROM billing.reconciliation_run WHERE started_at < :before")
        .param("before", utc(instant))
        .update();
  }

  Optional<Kept> latest() {
    return jdbc.sql("""
        SELECT id, started_at, took_millis, differences FROM billing.reconciliation_run
        ORDER BY started_at DESC, id DESC LIMIT 1
        """)
        .query((row, number) -> new Kept(row.getLong("id"),
            row.getObject("started_at", OffsetDateTime.class).toInstant(),
            Duration.ofMillis(row.getLong("took_millis")), row.getInt("differences"),
            totals(row.getLong("id"))))
        .optional();
  }

  List<Listed> differences(long run, Slice<Order> slice) {
    return SliceQuery.of("""
        SELECT id, tenant_id, checked, unit, expected, found FROM billing.reconciliation_difference
        WHERE run_id = :run
        """, IdKind.NUMBER, "id").ask(jdbc, slice, switch (slice.order()) {
      case CHECK -> "checked";
      case UNIT -> "unit";
      case GAP -> "abs(found - expected)";
    }).param("run", run).query((row, number) -> new Listed(row.getLong("id"), difference(row))).list();
  }

  private List<Total> totals(long run) {
    return jdbc.sql(TOTAL + "billing.reconciliation_total WHERE run_id = :run ORDER BY unit")
        .param("run", run)
        .query((row, number) -> total(row)).list();
  }

  private static Difference difference(ResultSet row) throws SQLException {
    UUID tenant = row.getObject("tenant_id", UUID.class);
    return new Difference(tenant == null ? null : new TenantId(tenant), row.getString("checked"),
        row.getString("unit"), integer(row, "expected"), integer(row, "found"));
  }

  private static Total total(ResultSet row) throws SQLException {
    return new Total(row.getString("unit"), integer(row, "used"), integer(row, "posted"),
        integer(row, "pending"),
        integer(row, "balances"), integer(row, "entered"));
  }

  private static BigInteger integer(ResultSet row, String column) throws SQLException {
    return row.getBigDecimal(column).toBigIntegerExact();
  }

  private static BigDecimal decimal(BigInteger value) {
    return new BigDecimal(value);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
