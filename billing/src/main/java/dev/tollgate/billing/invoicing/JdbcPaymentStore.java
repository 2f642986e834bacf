package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Payments.Overdue;
import dev.tollgate.billing.Payments.Settled;
import dev.tollgate.billing.Payments.SettledKind;
import dev.tollgate.tenants.TenantId;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what was paid on invoices and what is not. */
final class JdbcPaymentStore {

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
    return jdbc
        .sql(
            """
                SELECT i.id, i.number, i.tenant_id, i.currency, i.due_on, i.due - COALESCE(sum(s.amount), 0)::bigint AS open
                FROM billing.invoice i LEFT JOIN billing.invoice_settlement s ON s.invoice_id = i.id
                WHERE i.kind = 'INVOICE' AND i.state = 'FINALISED' AND i.due_on < :day
                GROUP BY i.id HAVING i.due > COALESCE(sum(s.amount), 0) ORDER BY i.due_on, i.number
                """)
        .param("day", day)
        .query((row, number) -> new Overdue(new InvoiceId(row.getObject("id", UUID.class)),
            row.getString("number"),
            new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("currency"),
            row.getLong("open"),
            row.getObject("due_on", LocalDate.class)))
        .list();
  }
}
