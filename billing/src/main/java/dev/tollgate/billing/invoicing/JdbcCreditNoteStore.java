package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Drafts of credit notes, and what settles an invoice. */
final class JdbcCreditNoteStore {

  private static final String HEADER = """
      INSERT INTO billing.invoice (tenant_id, kind, state, month, span, previous_cut, cut_at, currency, corrects, reason,
        exact_pico, net, tax_kind, tax_basis_points, tax_note, tax, total, prepaid)
      SELECT tenant_id, 'CREDIT_NOTE', 'DRAFT', month, span, previous_cut, cut_at, currency, id, :reason,
        %s, :net, tax_kind, tax_basis_points, tax_note, :tax, :net + :tax, :net + :tax
      FROM billing.invoice WHERE id = :id RETURNING id
      """;

  private final JdbcClient jdbc;

  JdbcCreditNoteStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What credit notes have taken back of an invoice, in the smallest coin. */
  record Credited(long net, long tax) {}

  Credited credited(InvoiceId invoice) {
    return jdbc.sql("""
        SELECT COALESCE(sum(net), 0)::bigint AS net, COALESCE(sum(tax), 0)::bigint AS tax FROM billing.invoice
        WHERE corrects = :id AND kind = 'CREDIT_NOTE'
        """).param("id", invoice.value())
        .query((row, number) -> new Credited(row.getLong("net"), row.getLong("tax"))).single();
  }

  /** What notes on an invoice left to the tenant's credit, less what refunds on it paid out since; in the smallest coin. */
  long creditLeft(InvoiceId invoice) {
    return jdbc
        .sql(
            """
                SELECT (
                  SELECT COALESCE(sum(m.amount), 0) FROM billing.credit_movement m JOIN billing.invoice n ON n.id = m.invoice_id
                  WHERE n.corrects = :id AND n.kind = 'CREDIT_NOTE')
                - (
                  SELECT COALESCE(sum(s.amount), 0) FROM billing.invoice_settlement s
                  WHERE s.invoice_id = :id AND s.kind = 'CREDIT')
                """)
        .param("id", invoice.value()).query(Long.class).single();
  }

  /** A note over some of an invoice, with one line. */
  InvoiceId draft(Invoice invoice, long net, long tax, BigInteger netPico, String reason) {
    var exact = new BigDecimal(netPico);
    UUID note = jdbc.sql(HEADER.formatted(":exact")).param("exact", exact).param("net", net).param("tax", tax)
        .param("reason", reason).param("id", invoice.id().value()).query(UUID.class).single();
    jdbc.sql(
        """
            INSERT INTO billing.invoice_line (invoice_id, position, kind, service_month, charged_to, description, requests,
              quantity, unit_price, fund_amount, amount_pico, amount)
            VALUES (:note, 1, 'CREDIT', :month, 'INVOICE', :reason, 0, 1, 0, :exact, :exact, :net)
            """)
        .param("note", note).param("month", Months.stored(invoice.month())).param("reason", reason)
        .param("exact", exact).param("net", net).update();
    return new InvoiceId(note);
  }

  /** A note over all of an invoice, with its lines. */
  InvoiceId draftCancellation(Invoice invoice, String reason) {
    UUID note = jdbc.sql(HEADER.formatted("exact_pico")).param("net", invoice.totals().net())
        .param("tax", invoice.totals().tax()).param("reason", reason).param("id", invoice.id().value())
        .query(UUID.class).single();
    jdbc.sql(
        """
            INSERT INTO billing.invoice_line (invoice_id, position, kind, service_month, charged_to, contract_id, model,
              region, token_class, fund, account_id, price_id, adjustment_id, description, requests, quantity, unit_price,
              fund_amount, amount_pico, amount)
            SELECT :note, position, kind, service_month, charged_to, contract_id, model, region, token_class, fund,
              account_id, price_id, adjustment_id, description, requests, quantity, unit_price, fund_amount, amount_pico,
              amount
            FROM billing.invoice_line WHERE invoice_id = :id
            """)
        .param("note", note).param("id", invoice.id().value()).update();
    return new InvoiceId(note);
  }

  /** What was taken off an invoice's due amount, and what of it has gone on to the tenant's money. */
  record Settled(long amount, BigInteger movedPico, BigInteger usageDuePico) {}

  Settled settled(InvoiceId invoice) {
    return jdbc
        .sql(
            """
                SELECT i.usage_due_pico, COALESCE(sum(s.amount), 0)::bigint AS amount, COALESCE(sum(s.moved_pico), 0) AS moved
                FROM billing.invoice i LEFT JOIN billing.invoice_settlement s ON s.invoice_id = i.id
                WHERE i.id = :id GROUP BY i.id
                """)
        .param("id", invoice.value())
        .query((row, number) -> new Settled(row.getLong("amount"),
            row.getBigDecimal("moved").toBigIntegerExact(),
            row.getBigDecimal("usage_due_pico").toBigIntegerExact()))
        .single();
  }

  void settle(InvoiceId invoice, String kind, long amount, BigInteger movedPico, String reference,
      String by) {
    jdbc.sql("""
        INSERT INTO billing.invoice_settlement (invoice_id, kind, amount, moved_pico, reference, recorded_by)
        VALUES (:id, :kind, :amount, :moved, :reference, :by)
        """).param("id", invoice.value()).param("kind", kind).param("amount", amount)
        .param("moved", new BigDecimal(movedPico)).param("reference", reference).param("by", by).update();
  }
}
