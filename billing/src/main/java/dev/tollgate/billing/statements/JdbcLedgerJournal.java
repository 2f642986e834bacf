package dev.tollgate.billing.statements;

import dev.tollgate.billing.LedgerEntries.Order;
import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads postings page by page, in the order of their ids. */
final class JdbcLedgerJournal {

  private static final String POSTING = """
      SELECT t.id, t.batch, t.posted_at, d.tenant_id, d.kind AS debit, c.kind AS credit, t.unit, t.amount, t.reason,
        t.reference
      FROM billing.transfer t JOIN billing.account d ON d.id = t.debit_account
      JOIN billing.account c ON c.id = t.credit_account
      """;

  private final JdbcClient jdbc;

  JdbcLedgerJournal(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<Posting> after(long last, Instant from, Instant until, @Nullable TenantId tenant, int most) {
    return jdbc
        .sql(
            POSTING + """
                WHERE t.id > :last AND t.posted_at >= :from AND t.posted_at < :until
                  AND (CAST(:tenant AS uuid) IS NULL OR d.tenant_id = CAST(:tenant AS uuid))
                ORDER BY t.id LIMIT :most
                """)
        .param("last", last).param("from", from.atOffset(ZoneOffset.UTC))
        .param("until", until.atOffset(ZoneOffset.UTC))
        .param("tenant", tenant == null ? null : tenant.value())
        .param("most", most).query((row, number) -> posting(row)).list();
  }

  /** By account where a tenant is named, so that the index of its accounts is read and not the whole ledger. */
  List<Posting> list(@Nullable TenantId tenant, Slice<Order> slice) {
    return SliceQuery
        .of(POSTING + (tenant == null ? "" : """
            WHERE t.debit_account IN (SELECT a.id FROM billing.account a WHERE a.tenant_id = :tenant)"""),
            IdKind.NUMBER, "id")
        .ask(jdbc, slice, switch (slice.order()) {
          case WHEN -> "id";
        }).param("tenant", tenant == null ? null : tenant.value()).query((row, number) -> posting(row))
        .list();
  }

  private static Posting posting(ResultSet row) throws SQLException {
    return new Posting(row.getLong("id"), row.getObject("batch", UUID.class),
        row.getObject("posted_at", OffsetDateTime.class).toInstant(),
        new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("debit"), row.getString("credit"),
        row.getString("unit"), row.getBigDecimal("amount").toBigIntegerExact(), row.getString("reason"),
        row.getString("reference"));
  }
}
