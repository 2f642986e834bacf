package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoices.Numbered;
import dev.tollgate.billing.Invoices.Series;
import dev.tollgate.tenants.TenantId;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads which numbers are given out. The last one of a series becomes visible together with the document that has it. */
final class JdbcNumberStore {

  private final JdbcClient jdbc;

  JdbcNumberStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One statement, so that drafts and numbers are of the same instant. The draft of a replacement counts where the note is
   * exported that cancels what it replaces: it is not exported with the month that it bills either (ADR 0035).
   */
  Numbered at(YearMonth month, @Nullable TenantId tenant) {
    var drafts = new long[1];
    var series = new ArrayList<Series>();
    jdbc.sql(
        """
            SELECT d.drafts, n.issuer, n.series, n.year, n.last
            FROM (
              SELECT count(*) AS drafts FROM billing.invoice i
              WHERE i.state = 'DRAFT' AND i.month <= :month
                AND (CAST(:tenant AS uuid) IS NULL OR i.tenant_id = CAST(:tenant AS uuid))
                AND CASE WHEN i.corrects IS NULL THEN i.month ELSE (
                  SELECT max(billing.exported_with(n.kind, n.corrects, n.month, n.issued_on)) FROM billing.invoice n
                  WHERE n.corrects = i.corrects AND n.kind = 'CREDIT_NOTE' AND n.state <> 'DRAFT') END = :month) d
            LEFT JOIN billing.number_sequence n ON true ORDER BY n.issuer, n.series, n.year
            """)
        .param("month", Months.stored(month)).param("tenant", tenant == null ? null : tenant.value())
        .query(row -> {
          drafts[0] = row.getLong("drafts");
          String issuer = row.getString("issuer");
          if (issuer != null) {
            series.add(new Series(issuer, Kind.valueOf(row.getString("series")), row.getInt("year"),
                row.getInt("last")));
          }
        });
    return new Numbered(drafts[0], series);
  }

  /** Those of some documents that had a number by then, in the given order. */
  List<UUID> within(Numbered by, List<UUID> documents) {
    return jdbc
        .sql(
            """
                SELECT i.id FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS chosen(id, place)
                JOIN billing.invoice i ON i.id = chosen.id
                JOIN unnest(CAST(:issuers AS text[]), CAST(:kinds AS text[]), CAST(:years AS int[]), CAST(:lasts AS int[]))
                  AS n(issuer, kind, year, last)
                  ON n.issuer = i.issuer AND n.kind = i.kind AND n.year = i.sequence_year AND i.sequence <= n.last
                ORDER BY chosen.place
                """)
        .param("ids", SqlArray.of(documents)).param("issuers", column(by, Series::issuer))
        .param("kinds", column(by, each -> each.kind().name())).param("years", column(by, Series::year))
        .param("lasts", column(by, Series::last)).query(UUID.class).list();
  }

  private static String column(Numbered by, Function<Series, Object> value) {
    return SqlArray.of(by.series().stream().map(value).toList());
  }
}
