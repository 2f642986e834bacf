package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Payments.Overdue;
import dev.tollgate.billing.Payments.OverdueOrder;
import dev.tollgate.billing.Payments.Settled;
import dev.tollgate.billing.Payments.SettledKind;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what was paid on invoices and what is not. */
final class JdbcPaymentStore {

  private static final String OVERDUE = """
      SELECT i.id, i.number, i.tenant_id, i.currency, i.due_on, i.due - COALESCE(sum(s.amount), 0)::bigint AS open
      FROM billing.invoice i LEFT JOIN billing.invoice_settlement s ON s.invoice_id = i.id
      WHERE i.kind = 'INVOICE' AND i.state = 'FINALISED' AND i.due_on < :day
      GROUP BY i.id HAVING i.due > COALESCE(sum(s.amount), 0)
      """;

  private final JdbcClient jdbc;

  JdbcPaymentStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Long> amount(InvoiceId invoice, String kind, String reference) {
    return jdbc.sql("""
        SELECT amount FROM billing.invoice_settlement
        WHERE invoice_id = :invoice AND kind = :kind AND reference = :reference
        """).param("invoice", invoice.value()).param("kind", kind).param("reference", reference)
        .query(Long.class)
        .optional();
  }

  /** Payments less refunds. */
  long paid(InvoiceId invoice) {
    return jdbc.sql("""
        SELECT COALESCE(sum(amount), 0)::bigint FROM billing.invoice_settlement
        WHERE invoice_id = :invoice AND kind IN ('PAYMENT', 'REFUND')
        """).param("invoice", invoice.value()).query(Long.class).single();
  }

  List<Settled> of(InvoiceId invoice) {
    return jdbc.sql("""
        SELECT kind, amount, reference, recorded_by, recorded_at FROM billing.invoice_settlement
        WHERE invoice_id = :invoice ORDER BY id
        """).param("invoice", invoice.value())
        .query((row, number) -> new Settled(SettledKind.valueOf(row.getString("kind")), row.getLong("amount"),
            row.getString("reference"), row.getString("recorded_by"), Months.instant(row, "recorded_at")))
        .list();
  }

  List<Overdue> overdue(LocalDate day) {
    return jdbc.sql(OVERDUE + " ORDER BY due_on, number").param("day", day)
        .query((row, number) -> overdue(row)).list();
  }

  List<Overdue> overdue(LocalDate day, Slice<OverdueOrder> slice) {
    return SliceQuery.of(OVERDUE, IdKind.UUID, "id").searching("number")
        .ask(jdbc, slice, switch (slice.order()) {
          case NUMBER -> "number";
          case DUE -> "due_on";
          case OPEN -> "open";
        }).param("day", day).query((row, number) -> overdue(row)).list();
  }

  long countOverdue(LocalDate day) {
    return jdbc.sql("SELECT count(*) FROM (" + OVERDUE + ") AS overdue").param("day", day).query(Long.class)
        .single();
  }

  private static Overdue overdue(ResultSet row) throws SQLException {
    return new Overdue(new InvoiceId(row.getObject("id", UUID.class)), row.getString("number"),
        new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("currency"), row.getLong("open"),
        row.getObject("due_on", LocalDate.class));
  }
}
