package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Closing.Progress;
import dev.tollgate.billing.Closing.SetAside;
import dev.tollgate.billing.Closing.Stage;
import dev.tollgate.tenants.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Closes, the periods that they take up, and how far they are. */
final class JdbcCloseStore {

  private static final int MOST_TOLD = 20;

  private static final String CLOSE = """
      SELECT id, month, begun_at, overridden_by IS NOT NULL AS overridden, cut_at, summed_at, drafted_at,
        (SELECT max(upper(span)) FROM billing.period p WHERE p.close_id = c.id) AS last_instant
      FROM billing.close c
      """;

  private static final String ADD_PERIODS = """
      WITH zones AS (
        SELECT * FROM unnest(CAST(:zones AS text[]), CAST(:froms AS timestamptz[]), CAST(:untils AS timestamptz[]))
          AS z(zone, month_from, month_until)),
      latest AS (
        SELECT DISTINCT ON (c.tenant_id) c.tenant_id, z.month_from, z.month_until
        FROM billing.contract c JOIN zones z USING (zone)
        WHERE lower(c.effective) < z.month_until ORDER BY c.tenant_id, lower(c.effective) DESC)
      INSERT INTO billing.period (tenant_id, month, span, close_id, previous_cut, state)
      SELECT l.tenant_id, :month,
        tstzrange(CASE WHEN b.month = :before THEN b.until ELSE l.month_from END, l.month_until), :close,
        COALESCE(b.cut_at, '-infinity'), 'CLOSING'
      FROM latest l LEFT JOIN LATERAL (
        SELECT p.month, upper(p.span) AS until, c.cut_at
        FROM billing.period p JOIN billing.close c ON c.id = p.close_id
        WHERE p.tenant_id = l.tenant_id AND p.month < :month ORDER BY p.month DESC LIMIT 1) b ON true
      WHERE l.month_until <= :now
        AND NOT EXISTS (SELECT FROM billing.period p WHERE p.tenant_id = l.tenant_id AND p.month = :month)
      """;

  private final JdbcClient jdbc;

  JdbcCloseStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Keeps others from beginning or cutting a close until the transaction ends. */
  void lock() {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.close', 0))")
        .query((row, number) -> 0).list();
  }

  Optional<CloseRow> unfinished() {
    return jdbc.sql(CLOSE + " WHERE drafted_at IS NULL").query((row, number) -> close(row)).optional();
  }

  Optional<CloseRow> latest(YearMonth month) {
    return jdbc.sql(CLOSE + " WHERE month = :month ORDER BY id DESC LIMIT 1")
        .param("month", Months.stored(month))
        .query((row, number) -> close(row)).optional();
  }

  /** The latest month that a close was ever begun for. */
  Optional<YearMonth> lastMonth() {
    return jdbc.sql("SELECT max(month) AS month FROM billing.close").query(LocalDate.class).optional()
        .map(YearMonth::from);
  }

  /** All months that a close was ever begun for, the latest first. */
  List<YearMonth> months() {
    return jdbc.sql("SELECT DISTINCT month FROM billing.close ORDER BY month DESC").query(LocalDate.class)
        .list()
        .stream().map(YearMonth::from).toList();
  }

  /** In which zones tenants' months are told, and since when the oldest of their contracts is in force. */
  List<ZoneUse> zones() {
    return jdbc
        .sql("SELECT zone, min(lower(effective)) AS since FROM billing.contract GROUP BY zone ORDER BY zone")
        .query((row, number) -> new ZoneUse(ZoneId.of(row.getString("zone")), Months.instant(row, "since")))
        .list();
  }

  record ZoneUse(ZoneId zone, Instant since) {}

  long begin(YearMonth month, String by) {
    return jdbc.sql("INSERT INTO billing.close (month, begun_by) VALUES (:month, :by) RETURNING id")
        .param("month", Months.stored(month)).param("by", by).query(Long.class).single();
  }

  /** Takes up the month of every tenant for which it has ended and that no earlier close took up. */
  int addPeriods(long close, YearMonth month, List<ZoneId> zones, Instant now) {
    Planning.preferIndexes(jdbc);
    return jdbc.sql(ADD_PERIODS).param("close", close).param("month", Months.stored(month))
        .param("before", Months.stored(month.minusMonths(1))).param("zones", SqlArray.of(zones))
        .param("froms", SqlArray.of(zones.stream().map(zone -> Months.start(month, zone)).toList()))
        .param("untils",
            SqlArray.of(zones.stream().map(zone -> Months.start(month.plusMonths(1), zone)).toList()))
        .param("now", Months.utc(now)).update();
  }

  /** Whether a tenant's month has ended without any close having taken it up. */
  boolean isDue(YearMonth month, List<ZoneId> zones, Instant now) {
    return jdbc
        .sql(
            """
                SELECT EXISTS (
                  SELECT FROM billing.contract c
                  JOIN unnest(CAST(:zones AS text[]), CAST(:untils AS timestamptz[])) AS z(zone, month_until) USING (zone)
                  WHERE lower(c.effective) < z.month_until AND z.month_until <= :now
                    AND NOT EXISTS (SELECT FROM billing.period p WHERE p.tenant_id = c.tenant_id AND p.month = :month)
                    -- The zone of the tenant's last contract of the month decides.
                    AND NOT EXISTS (
                      SELECT FROM billing.contract o JOIN unnest(CAST(:zones AS text[]), CAST(:untils AS timestamptz[]))
                        AS y(zone, month_until) USING (zone)
                      WHERE o.tenant_id = c.tenant_id AND lower(o.effective) > lower(c.effective)
                        AND lower(o.effective) < y.month_until))
                """)
        .param("zones", SqlArray.of(zones))
        .param("untils",
            SqlArray.of(zones.stream().map(zone -> Months.start(month.plusMonths(1), zone)).toList()))
        .param("now", Months.utc(now)).param("month", Months.stored(month)).query(Boolean.class).single();
  }

  void override(long close, String by) {
    jdbc.sql("UPDATE billing.close SET overridden_by = :by WHERE id = :close").param("by", by)
        .param("close", close).update();
  }

  /** Epochs of instances that may still hold unsettled requests from before an instant. */
  List<Long> unsettled(Instant until) {
    return jdbc
        .sql(
            """
                SELECT epoch FROM billing.instance
                WHERE registered_at < :until AND COALESCE(settled_until, '-infinity') < :until
                UNION
                SELECT epoch FROM billing.departed_instance
                WHERE COALESCE(settled_until, '-infinity') < :until AND departed_at > clock_timestamp() - interval '1 day'
                ORDER BY epoch
                """)
        .param("until", Months.utc(until)).query(Long.class).list();
  }

  /** By the clock that settled usage is stamped with. */
  Instant now() {
    return jdbc.sql("SELECT clock_timestamp() AS now").query((row, number) -> Months.instant(row, "now"))
        .single();
  }

  /**
   * Parts what is settled from what will be late. The lock lets no settlement be half-way: one that was there first is
   * seen, one that comes after bears a later time.
   */
  void cut(long close, List<Long> notWaitedFor) {
    jdbc.sql("SELECT set_config('lock_timeout', '5s', true)").query((row, number) -> 0).list();
    jdbc.sql("LOCK TABLE billing.usage IN SHARE MODE").update();
    jdbc.sql("""
        UPDATE billing.close SET cut_at = clock_timestamp(), not_waited_for = CAST(:epochs AS bigint[]),
          waiting_at_cut = (SELECT count(*) FROM billing.usage_delta)
        WHERE id = :close
        """).param("epochs", SqlArray.of(notWaitedFor)).param("close", close).update();
  }

  /** Ends the summing if all that was settled before the cut is in the roll-ups. */
  void summed(long close) {
    jdbc.sql("""
        UPDATE billing.close SET summed_at = clock_timestamp()
        WHERE id = :close AND summed_at IS NULL
          AND NOT EXISTS (SELECT FROM billing.usage_delta d WHERE d.settled_at < cut_at)
        """).param("close", close).update();
  }

  /** Ends the close if no tenant is without its drafts. */
  void drafted(long close) {
    jdbc.sql("""
        UPDATE billing.close SET drafted_at = clock_timestamp()
        WHERE id = :close AND drafted_at IS NULL
          AND NOT EXISTS (SELECT FROM billing.period WHERE close_id = :close AND state = 'CLOSING')
        """).param("close", close).update();
  }

  /** Whether nothing is left to do but for tenants that are set aside for now. */
  boolean waitsForTenants(long close) {
    return jdbc
        .sql(
            """
                SELECT c.summed_at IS NOT NULL AND COALESCE(bool_and(COALESCE(p.retry_at > clock_timestamp(), false)), false)
                FROM billing.close c LEFT JOIN billing.period p ON p.close_id = c.id AND p.state = 'CLOSING'
                WHERE c.id = :close GROUP BY c.id
                """)
        .param("close", close).query(Boolean.class).single();
  }

  /** Has tenants tried again at once that are set aside: somebody asks, who may have mended what was wrong. */
  void retry(long close) {
    jdbc.sql("""
        UPDATE billing.period SET retry_at = clock_timestamp()
        WHERE close_id = :close AND state = 'CLOSING' AND retry_at > clock_timestamp()
        """).param("close", close).update();
  }

  Progress progress(CloseRow close) {
    return progress(close, now());
  }

  /** @param asOf those are set aside that wait for longer than until then */
  Progress progress(CloseRow close, Instant asOf) {
    List<SetAside> setAside = setAside(close.id(), asOf);
    return jdbc
        .sql(
            """
                SELECT (SELECT count(*) FROM billing.period WHERE close_id = :close) AS tenants,
                  (SELECT count(*) FROM billing.period WHERE close_id = :close AND state = 'CLOSING') AS waiting,
                  (SELECT count(*) FROM billing.period WHERE close_id = :close AND state = 'CLOSING'
                    AND retry_at > :asOf) AS set_aside,
                  (SELECT waiting_at_cut FROM billing.close WHERE id = :close) AS waiting_at_cut,
                  (SELECT count(*) FROM billing.usage_delta d JOIN billing.close c ON c.id = :close
                    AND d.settled_at < c.cut_at) AS unfolded,
                  COALESCE(CAST(:ended AS timestamptz), clock_timestamp()) AS now
                """)
        .param("close", close.id()).param("asOf", Months.utc(asOf))
        .param("ended", close.draftedAt() == null ? null : Months.utc(close.draftedAt()))
        .query((row, number) -> progress(close, row, setAside)).single();
  }

  private List<SetAside> setAside(long close, Instant asOf) {
    return jdbc.sql("""
        SELECT tenant_id, set_aside FROM billing.period
        WHERE close_id = :close AND state = 'CLOSING' AND retry_at > :asOf
        ORDER BY tenant_id LIMIT :most
        """).param("close", close).param("asOf", Months.utc(asOf)).param("most", MOST_TOLD)
        .query((row, number) -> new SetAside(new TenantId(row.getObject("tenant_id", UUID.class)),
            row.getString("set_aside")))
        .list();
  }

  private static Progress progress(CloseRow close, ResultSet row, List<SetAside> setAside)
      throws SQLException {
    long tenants = row.getLong("tenants");
    long done = tenants - row.getLong("waiting");
    long stretches = row.getLong("waiting_at_cut");
    long stretchesDone = stretches - Math.min(stretches, row.getLong("unfolded"));
    Instant now = Months.instant(row, "now");
    Instant since = close.cutAt() == null ? close.begunAt() : close.cutAt();
    Stage stage = stage(close);
    Optional<Duration> remaining = switch (stage) {
      case WAITING -> Optional.empty();
      case SUMMING -> remaining(Duration.between(since, now), stretchesDone, stretches);
      case DRAFTING -> remaining(Duration.between(summedAt(close), now), done, tenants);
      case DRAFTED -> Optional.of(Duration.ZERO);
    };
    return new Progress(close.month(), stage, stretches, stretchesDone, tenants, done,
        Duration.between(since, now), remaining, row.getLong("set_aside"), setAside);
  }

  private static Instant summedAt(CloseRow close) {
    return close.summedAt() == null ? close.begunAt() : close.summedAt();
  }

  private static Stage stage(CloseRow close) {
    if (close.cutAt() == null) {
      return Stage.WAITING;
    }
    if (close.summedAt() == null) {
      return Stage.SUMMING;
    }
    return close.draftedAt() == null ? Stage.DRAFTING : Stage.DRAFTED;
  }

  private static Optional<Duration> remaining(Duration elapsed, long done, long all) {
    return done == 0 ? Optional.empty() : Optional.of(elapsed.multipliedBy(all - done).dividedBy(done));
  }

  private static CloseRow close(ResultSet row) throws SQLException {
    Instant last = Months.instantOrNull(row, "last_instant");
    return new CloseRow(row.getLong("id"), Months.month(row, "month"), Months.instant(row, "begun_at"),
        row.getBoolean("overridden"), last == null ? Instant.EPOCH : last,
        Months.instantOrNull(row, "cut_at"),
        Months.instantOrNull(row, "summed_at"), Months.instantOrNull(row, "drafted_at"));
  }
}
