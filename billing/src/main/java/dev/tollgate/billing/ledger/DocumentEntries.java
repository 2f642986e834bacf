package dev.tollgate.billing.ledger;

import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Transfers that documents and payments bring about, many in one statement. The transaction is the caller's. */
public final class DocumentEntries {

  private static final String ENTRIES = """
      WITH entry AS (
        SELECT * FROM unnest(CAST(:tenants AS uuid[]), CAST(:units AS text[]), CAST(:debits AS text[]),
          CAST(:credits AS text[]), CAST(:amounts AS numeric[]), CAST(:reasons AS text[]), CAST(:references AS text[]))
          AS e(tenant_id, unit, debit, credit, amount, reason, reference))
      """;

  private final JdbcClient jdbc;

  public DocumentEntries(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /**
   * A movement between two accounts of a tenant. A negative amount moves the other way, and 0 nothing.
   *
   * @param amountPico in 10⁻¹² of the currency
   * @param reference without commas, quotes, backslashes, blanks or braces
   */
  public record Entry(TenantId tenant, String currency, AccountKind debit, AccountKind credit,
      BigInteger amountPico, String reason, String reference) {

    private boolean moves() {
      return amountPico.signum() != 0;
    }

    private Entry upright() {
      return amountPico.signum() > 0 ? this
          : new Entry(tenant, currency, /* debit= */ credit, /* credit= */ debit, amountPico.negate(), reason,
              reference);
    }
  }

  /** Opens the accounts that are missing and posts the entries, which must not touch funds. */
  public void post(UUID batch, List<Entry> entries) {
    List<Entry> moving = entries.stream().filter(Entry::moves).map(Entry::upright).toList();
    if (moving.isEmpty()) {
      return;
    }
    bound(ENTRIES + """
        INSERT INTO billing.account (tenant_id, kind, unit)
        SELECT tenant_id, debit, unit FROM entry UNION SELECT tenant_id, credit, unit FROM entry
        ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
        """, moving).update();
    bound(ENTRIES + """
        INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason, reference)
        SELECT :batch, d.id, c.id, e.amount, e.unit, e.reason, e.reference
        FROM entry e
        JOIN billing.account d ON d.tenant_id = e.tenant_id AND d.kind = e.debit AND d.unit = e.unit
          AND d.valid_from IS NULL
        JOIN billing.account c ON c.tenant_id = e.tenant_id AND c.kind = e.credit AND c.unit = e.unit
          AND c.valid_from IS NULL
        """, moving).param("batch", batch).update();
  }

  /**
   * Has the money of several tenants wait for the caller's transaction, in the order in which leases are granted: to lock it
   * tenant by tenant could end in a deadlock with a grant for two of them.
   *
   * @param currencies of the tenants at the same places
   */
  public void lockMoney(List<TenantId> tenants, List<String> currencies) {
    jdbc.sql("""
        SELECT account_id FROM billing.fund
        WHERE kind = 'MONEY' AND (tenant_id, unit) IN (
          SELECT * FROM unnest(CAST(:tenants AS uuid[]), CAST(:currencies AS text[])))
        ORDER BY account_id FOR NO KEY UPDATE
        """).param("tenants", column(tenants, TenantId::value))
        .param("currencies", column(currencies, unit -> unit))
        .query((row, number) -> 0).list();
  }

  /**
   * Moves between a tenant's receivable and its money: amounts above 0 to money, below 0 back.
   *
   * @return false, with nothing moved, if money that is to go back is held by running requests or used
   */
  public boolean moveToMoney(UUID batch, TenantId tenant, String currency, BigInteger amountPico,
      String reference) {
    if (amountPico.signum() == 0) {
      return true;
    }
    // The update names all that the CHECK compares, so that it judges the row as it is locked.
    int moved = jdbc.sql("""
        UPDATE billing.fund SET balance = balance + :amount
        WHERE tenant_id = :tenant AND kind = 'MONEY' AND unit = :currency
          AND (:amount > 0 OR balance + credit_limit - leased + :amount >= 0)
        """).param("amount", new BigDecimal(amountPico)).param("tenant", tenant.value())
        .param("currency", currency)
        .update();
    if (moved == 1) {
      post(batch, List.of(new Entry(tenant, currency, AccountKind.RECEIVABLE, AccountKind.MONEY, amountPico,
          "PAYMENT_OF_USAGE", reference)));
    }
    return moved == 1;
  }

  private JdbcClient.StatementSpec bound(String sql, List<Entry> entries) {
    return jdbc.sql(sql).param("tenants", column(entries, entry -> entry.tenant().value()))
        .param("units", column(entries, Entry::currency)).param("debits", column(entries, Entry::debit))
        .param("credits", column(entries, Entry::credit)).param("amounts", column(entries, Entry::amountPico))
        .param("reasons", column(entries, Entry::reason))
        .param("references", column(entries, Entry::reference));
  }

  private static <T> String column(List<T> entries, Function<T, Object> value) {
    return entries.stream().map(value).map(Object::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
