package dev.tollgate.billing.servicelevels;

import dev.tollgate.billing.Money;
import dev.tollgate.billing.ServiceLevels.Objectives;
import dev.tollgate.billing.ServiceLevels.OfTenant;
import dev.tollgate.billing.ServiceLevels.Order;
import dev.tollgate.billing.ServiceLevels.Report;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Measures by SQL: counts and a percentile over the requests of contracts that promise something. */
final class JdbcServiceLevelStore {

  // Availabilities are compared as whole numbers: (counted - failed) * 10^6 < below * counted.
  private static final String MEASURED = """
      requests AS (
        SELECT s.contract_id, s.month, s.tenant_id, count(u.*) FILTER (WHERE NOT u.by_client) + f.refused AS counted,
          count(u.*) FILTER (WHERE u.outcome IN ('BACKEND_FAILED', 'INTERRUPTED')) + f.refused AS failed, f.refused,
          count(u.*) FILTER (WHERE u.by_client) AS excluded,
          count(u.*) FILTER (WHERE u.first_millis IS NOT NULL AND u.prompt <= s.longest_prompt) AS first_tokens,
          percentile_disc(s.first_token_percent / 100.0) WITHIN GROUP (ORDER BY u.first_millis)
            FILTER (WHERE u.prompt <= s.longest_prompt)::bigint AS first_millis,
          COALESCE(sum(u.amount_pico), 0) AS usage_pico
        FROM scope s CROSS JOIN LATERAL (
          SELECT COALESCE(sum(requests), 0)::bigint AS refused FROM billing.operator_refusal
          WHERE contract_id = s.contract_id AND quarter > s.since - interval '15 minutes' AND quarter < s.until) f
        LEFT JOIN LATERAL (
          SELECT outcome, amount_pico, input_tokens + cached_input_tokens AS prompt,
            outcome IN ('CLIENT_DISCONNECTED', 'FUNDS_EXHAUSTED', 'REQUEST_REFUSED') AS by_client,
            CASE WHEN outcome <> 'REQUEST_REFUSED'
              THEN ceil(extract(epoch FROM first_token_at - arrived_at) * 1000)::bigint END AS first_millis
          FROM billing.usage
          WHERE tenant_id = s.tenant_id AND contract_id = s.contract_id AND arrived_at >= s.since
            AND arrived_at < s.until AND settled_at < s.cut
            AND request_id >= billing.first_request_id(s.since - interval '1 day')
            AND request_id < billing.first_request_id(s.until + interval '1 day')) u ON true
        GROUP BY s.contract_id, s.month, s.tenant_id, s.first_token_percent, f.refused),
      measured AS (
        SELECT r.*, COALESCE((
          SELECT max(c.credit) FROM scope s CROSS JOIN LATERAL unnest(s.below_ppm, s.credit_basis_points) AS c(below, credit)
          WHERE s.contract_id = r.contract_id AND r.counted > 0
            AND (r.counted - r.failed) * 1000000 < c.below * r.counted), 0) AS credit_basis_points
        FROM requests r)
      """;

  private static final String PROMISED = """
      promised AS (
        SELECT k.id AS contract_id, k.tenant_id, k.currency, k.zone, k.effective, l.first_token_millis AS objective_millis,
          l.first_token_percent, l.longest_prompt, l.below_ppm, l.credit_basis_points
        FROM billing.contract k CROSS JOIN LATERAL (
          SELECT * FROM billing.service_level v WHERE v.contract_id = k.id OR v.plan = k.plan
          ORDER BY v.contract_id NULLS LAST LIMIT 1) l)
      """;

  private static final String KEEP = "WITH " + PROMISED + """
      , scope AS (
        SELECT p.*, d.month, lower(d.span) AS since, upper(d.span) AS until, c.cut_at AS cut
        FROM billing.period d JOIN billing.close c ON c.id = d.close_id
        JOIN promised p ON p.tenant_id = d.tenant_id AND p.effective && d.span
        WHERE d.close_id = :close AND d.tenant_id = ANY (CAST(:tenants AS uuid[]))),
      """ + MEASURED
      + """
          INSERT INTO billing.service_report (contract_id, month, tenant_id, counted, failed, refused, excluded, first_tokens,
            first_token_millis, usage_pico, credit_basis_points, credit_pico)
          SELECT contract_id, month, tenant_id, counted, failed, refused, excluded, first_tokens, first_millis, usage_pico,
            credit_basis_points, div(usage_pico * credit_basis_points, 10000)
          FROM measured ON CONFLICT (contract_id, month) DO NOTHING
          """;

  private static final String CREDIT = """
      INSERT INTO billing.adjustment (tenant_id, kind, currency, amount_pico, service_month, description, reference,
        recorded_by)
      SELECT r.tenant_id, 'SLA_CREDIT', k.currency, -r.credit_pico, r.month,
        format('Service credit: availability %s %%, %s %% of the usage of contract %s',
          trim_scale(trunc((r.counted - r.failed) * 100.0 / r.counted, 4)), trim_scale(r.credit_basis_points / 100.0), r.contract_id),
        format('sla-%s-%s', r.contract_id, to_char(r.month, 'YYYY-MM')), 'close'
      FROM billing.service_report r JOIN billing.period d ON d.tenant_id = r.tenant_id AND d.month = r.month
      JOIN billing.contract k ON k.id = r.contract_id
      WHERE d.close_id = :close AND d.tenant_id = ANY (CAST(:tenants AS uuid[])) AND r.credit_pico > 0
      ON CONFLICT (tenant_id, reference) DO NOTHING
      """;

  private static final String LIVE = "WITH " + PROMISED
      + """
          , scope AS (
            SELECT p.*, CAST(:month AS date) AS month, GREATEST(lower(p.effective), w.since) AS since,
              LEAST(COALESCE(upper(p.effective), 'infinity'), w.until) AS until, 'infinity'::timestamptz AS cut
            FROM promised p JOIN unnest(CAST(:zones AS text[]), CAST(:froms AS timestamptz[]), CAST(:untils AS timestamptz[]))
              AS w(zone, since, until) ON w.zone = p.zone
            WHERE p.tenant_id = :tenant AND p.effective && tstzrange(w.since, w.until)),
          """
      + MEASURED
      + """
          SELECT m.*, p.currency, p.objective_millis, p.first_token_percent, p.longest_prompt, p.below_ppm[1] AS objective_ppm,
            div(m.usage_pico * m.credit_basis_points, 10000) AS credit_pico
          FROM measured m JOIN promised p USING (contract_id) ORDER BY m.contract_id
          """;

  private static final String KEPT = "WITH " + PROMISED
      + """
          SELECT r.tenant_id, r.contract_id, r.month, r.counted, r.failed, r.refused, r.excluded, r.first_tokens,
            r.first_token_millis AS first_millis,
            r.usage_pico, r.credit_basis_points, r.credit_pico, p.currency, p.objective_millis, p.first_token_percent,
            p.longest_prompt, p.below_ppm[1] AS objective_ppm
          FROM billing.service_report r JOIN promised p USING (contract_id)
          """;

  private final JdbcClient jdbc;

  JdbcServiceLevelStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void keep(long close, List<TenantId> tenants) {
    jdbc.sql(KEEP).param("close", close).param("tenants", ids(tenants)).update();
  }

  void credit(long close, List<TenantId> tenants) {
    jdbc.sql(CREDIT).param("close", close).param("tenants", ids(tenants)).update();
  }

  private static String ids(List<TenantId> tenants) {
    return tenants.stream().map(TenantId::toString).collect(Collectors.joining(",", "{", "}"));
  }

  List<Report> kept(TenantId tenant) {
    return jdbc.sql(KEPT + "WHERE r.tenant_id = :tenant ORDER BY r.month DESC, r.contract_id")
        .param("tenant", tenant.value()).query((row, number) -> report(row)).list();
  }

  List<OfTenant> kept(YearMonth month, Slice<Order> slice) {
    return SliceQuery.of(KEPT + "WHERE r.month = :month", IdKind.NUMBER, "contract_id")
        .ask(jdbc, slice, switch (slice.order()) {
          case CONTRACT -> "contract_id";
          case AVAILABILITY -> "COALESCE(1000000 * (counted - failed) / NULLIF(counted, 0), 1000000)";
          case REQUESTS -> "counted";
          case FAILED -> "failed";
          case FIRST_TOKEN -> "COALESCE(first_millis, -1)";
          case CREDIT -> "credit_pico";
        }).param("month", month.atDay(1))
        .query(
            (row, number) -> new OfTenant(new TenantId(row.getObject("tenant_id", UUID.class)), report(row)))
        .list();
  }

  List<Report> measure(TenantId tenant, YearMonth month) {
    List<String> zones = jdbc.sql("SELECT DISTINCT zone FROM billing.contract WHERE tenant_id = :tenant")
        .param("tenant", tenant.value()).query(String.class).list();
    return jdbc.sql(LIVE).param("tenant", tenant.value()).param("month", month.atDay(1))
        .param("zones", text(zones))
        .param("froms", text(zones.stream().map(zone -> start(month, zone)).toList()))
        .param("untils", text(zones.stream().map(zone -> start(month.plusMonths(1), zone)).toList()))
        .query((row, number) -> report(row)).list();
  }

  private static String start(YearMonth month, String zone) {
    return month.atDay(1).atStartOfDay(ZoneId.of(zone)).toInstant().toString();
  }

  private static String text(List<String> values) {
    return values.stream().collect(Collectors.joining(",", "{", "}"));
  }

  private static Report report(ResultSet row) throws SQLException {
    String currency = row.getString("currency");
    long millis = row.getLong("first_millis");
    OptionalLong first = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(millis);
    var objectives = new Objectives(row.getLong("objective_ppm"), row.getLong("objective_millis"),
        row.getInt("first_token_percent"), row.getLong("longest_prompt"));
    return new Report(YearMonth.from(row.getObject("month", LocalDate.class)), row.getLong("contract_id"),
        objectives,
        row.getLong("counted"), row.getLong("failed"), row.getLong("refused"), row.getLong("excluded"),
        row.getLong("first_tokens"), first,
        new Money(currency, row.getBigDecimal("usage_pico").toBigIntegerExact()),
        row.getInt("credit_basis_points"),
        new Money(currency, row.getBigDecimal("credit_pico").toBigIntegerExact()));
  }
}
