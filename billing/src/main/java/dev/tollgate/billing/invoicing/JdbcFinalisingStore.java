package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.ledger.AccountKind;
import dev.tollgate.billing.ledger.DocumentEntries;
import dev.tollgate.billing.ledger.DocumentEntries.Entry;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Numbers, states and postings of documents. The transaction is the caller's. */
final class JdbcFinalisingStore {

  // An invoice is between those whom its tenant's profile names now, also where it replaces one.
  private static final String OF_INVOICES = """
      SELECT x.id, f.issuer, s.party_id AS seller, f.party_id AS buyer, f.tax_kind, f.payment_days
      FROM billing.invoice x JOIN billing.profile f USING (tenant_id) JOIN billing.issuer s ON s.code = f.issuer
      """;

  // A note takes back what its invoice charged, tax with it, so it is between the same two, whoever bills the tenant since:
  // nobody else can give that tax back, and only their tax ids go with its rule.
  private static final String OF_NOTES = """
      SELECT x.id, o.issuer, o.seller, o.buyer, o.tax_kind, o.due_on - o.issued_on AS payment_days
      FROM billing.invoice x JOIN billing.invoice o ON o.id = x.corrects
      """;

  private final JdbcClient jdbc;
  private final DocumentEntries postings;

  JdbcFinalisingStore(JdbcClient jdbc, DocumentEntries postings) {
    this.jdbc = jdbc;
    this.postings = postings;
  }

  /**
   * Some drafts of a month whose tenants have a profile with the issuer. They are not locked, since whoever drafts a month
   * anew locks the tenant first: once the tenants are locked, {@link #lockReady} tells which are still there.
   */
  List<UUID> ready(YearMonth month, String issuer, int most) {
    return jdbc.sql("""
        SELECT i.id FROM billing.invoice i JOIN billing.profile f USING (tenant_id)
        WHERE i.month = :month AND i.state = 'DRAFT' AND i.kind = 'INVOICE' AND f.issuer = :issuer
        ORDER BY i.tenant_id, i.currency LIMIT :most
        """).param("month", Months.stored(month)).param("issuer", issuer).param("most", most)
        .query(UUID.class).list();
  }

  /** Those of them that still are drafts for the issuer, in the order in which they get their numbers. */
  List<UUID> lockReady(List<UUID> drafts, String issuer) {
    return jdbc.sql("""
        SELECT i.id FROM billing.invoice i JOIN billing.profile f USING (tenant_id)
        WHERE i.id = ANY (CAST(:ids AS uuid[])) AND i.state = 'DRAFT' AND f.issuer = :issuer
        ORDER BY i.tenant_id, i.currency FOR UPDATE OF i
        """).param("ids", SqlArray.of(drafts)).param("issuer", issuer).query(UUID.class).list();
  }

  List<InvoiceId> left(YearMonth month) {
    return jdbc
        .sql("SELECT id FROM billing.invoice WHERE month = :month AND state = 'DRAFT' ORDER BY tenant_id, id")
        .param("month", Months.stored(month)).query(UUID.class).list().stream().map(InvoiceId::new).toList();
  }

  List<String> issuers() {
    return jdbc.sql("SELECT code FROM billing.issuer ORDER BY code").query(String.class).list();
  }

  /** How long the caller's transaction waits for a lock. */
  String lockTimeout() {
    return jdbc.sql("SELECT current_setting('lock_timeout')").query(String.class).single();
  }

  void waitForLocks(String lockTimeout) {
    jdbc.sql("SELECT set_config('lock_timeout', :timeout, true)").param("timeout", lockTimeout)
        .query(String.class).single();
  }

  /** Keeps payments, credit notes and other documents of these documents' tenants waiting. */
  void lockTenants(List<UUID> documents) {
    jdbc.sql("""
        SELECT tenant_id FROM billing.profile
        WHERE tenant_id IN (SELECT tenant_id FROM billing.invoice WHERE id = ANY (CAST(:ids AS uuid[])))
        ORDER BY tenant_id FOR UPDATE
        """).param("ids", SqlArray.of(documents)).query((row, number) -> 0).list();
  }

  void lockTenant(TenantId tenant) {
    jdbc.sql("SELECT 1 FROM billing.profile WHERE tenant_id = :tenant FOR UPDATE")
        .param("tenant", tenant.value())
        .query(Integer.class).list();
  }

  /** Lets one at a time give out invoice numbers, before it chooses the drafts that get them. */
  void lockSequence(String issuer, LocalDate issuedOn) {
    lastNumber(issuer, Invoice.Kind.INVOICE, issuedOn.getYear());
  }

  /** The last number given out; holding its row keeps others from giving out the next. */
  private int lastNumber(String issuer, Invoice.Kind kind, int year) {
    jdbc.sql("""
        INSERT INTO billing.number_sequence (issuer, series, year, last) VALUES (:issuer, :series, :year, 0)
        ON CONFLICT DO NOTHING
        """).param("issuer", issuer).param("series", kind.name()).param("year", year).update();
    return jdbc
        .sql(
            """
                SELECT last FROM billing.number_sequence WHERE issuer = :issuer AND series = :series AND year = :year FOR UPDATE
                """)
        .param("issuer", issuer).param("series", kind.name()).param("year", year).query(Integer.class)
        .single();
  }

  /**
   * Fixes drafts in the given order under the next numbers.
   *
   * @param issuedOn in the issuer's zone
   */
  void finalise(List<UUID> drafts, String issuer, Invoice.Kind kind, LocalDate issuedOn, Instant at,
      String by) {
    int last = lastNumber(issuer, kind, issuedOn.getYear());
    int changed = jdbc
        .sql(
            """
                UPDATE billing.invoice i
                SET state = 'FINALISED', issuer = w.issuer, seller = w.seller, buyer = w.buyer, sequence_year = :year,
                  sequence = d.place, number = s.number_prefix || :mark || CAST(:year AS text) || '-'
                    || lpad(d.place::text, GREATEST(6, length(d.place::text)), '0'),
                  tax_kind = COALESCE(i.tax_kind, w.tax_kind), issued_on = :issuedOn, due_on = :issuedOn + w.payment_days,
                  finalised_at = :at, finalised_by = :by
                FROM (
                  SELECT id, CAST(:last AS int) + place::int AS place
                  FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS u(id, place)) d,
                  (%s WHERE x.id = ANY (CAST(:ids AS uuid[]))) w, billing.issuer s
                WHERE i.id = d.id AND i.state = 'DRAFT' AND w.id = i.id AND s.code = w.issuer AND s.code = :issuer
                """
                .formatted(kind == Invoice.Kind.CREDIT_NOTE ? OF_NOTES : OF_INVOICES))
        .param("year", issuedOn.getYear()).param("last", last)
        .param("mark", kind == Invoice.Kind.CREDIT_NOTE ? "C" : "").param("issuedOn", issuedOn)
        .param("at", Months.utc(at)).param("by", by).param("ids", SqlArray.of(drafts)).param("issuer", issuer)
        .update();
    if (changed != drafts.size()) {
      throw new IllegalStateException(drafts.size() - changed + " drafts changed while they were finalised");
    }
    jdbc.sql("""
        UPDATE billing.number_sequence SET last = last + :more
        WHERE issuer = :issuer AND series = :series AND year = :year
        """).param("more", changed).param("issuer", issuer).param("series", kind.name())
        .param("year", issuedOn.getYear()).update();
  }

  /** Credits that invoices use up or leave, and the ledger's side of what they demand. */
  void post(List<UUID> invoices) {
    jdbc.sql("""
        INSERT INTO billing.credit_movement (tenant_id, currency, amount, invoice_id)
        SELECT tenant_id, currency, credit_carried - credit_applied, id FROM billing.invoice
        WHERE id = ANY (CAST(:ids AS uuid[])) AND credit_carried <> credit_applied ORDER BY tenant_id, id
        """).param("ids", SqlArray.of(invoices)).update();
    UUID batch = UUID.randomUUID();
    List<Demand> demands = demands(invoices);
    var entries = new ArrayList<Entry>();
    demands.forEach(demand -> entries.addAll(demand.entries()));
    postings.post(batch, entries);
    List<Demand> moving = demands.stream().filter(demand -> demand.released().signum() != 0).toList();
    postings.lockMoney(moving.stream().map(Demand::tenant).toList(),
        moving.stream().map(Demand::currency).toList());
    for (Demand demand : demands) {
      if (!postings.moveToMoney(batch, demand.tenant(), demand.currency(), demand.released(),
          demand.number())) {
        throw new IllegalStateException(
            "The tenant " + demand.tenant() + " has usage on credit but no money account");
      }
    }
    jdbc.sql("UPDATE billing.invoice SET state = 'PAID' WHERE id = ANY (CAST(:ids AS uuid[])) AND due = 0")
        .param("ids", SqlArray.of(invoices)).update();
  }

  /** What a document demands beyond usage, in pico-units. */
  record Demand(TenantId tenant, String currency, String number, BigInteger demanded, BigInteger tax,
      BigInteger rounding, BigInteger released) {

    List<Entry> entries() {
      return List.of(entry(AccountKind.INVOICED, demanded, "INVOICE"),
          entry(AccountKind.TAX, tax, "INVOICE_TAX"),
          entry(AccountKind.ROUNDING, rounding, "INVOICE_ROUNDING"));
    }

    Demand reversed(String cancellation) {
      return new Demand(tenant, currency, cancellation, demanded.negate(), tax.negate(), rounding.negate(),
          released.negate());
    }

    private Entry entry(AccountKind to, BigInteger amount, String reason) {
      return new Entry(tenant, currency, AccountKind.RECEIVABLE, to, amount, reason, number);
    }
  }

  List<Demand> demands(List<UUID> invoices) {
    return jdbc
        .sql(
            """
                SELECT i.tenant_id, i.currency, i.number, i.released_pico, i.tax * billing.coin(c.minor_digits) AS tax,
                  i.net * billing.coin(c.minor_digits) - i.exact_pico AS rounding, COALESCE((
                    SELECT sum(l.amount_pico) FROM billing.invoice_line l
                    WHERE l.invoice_id = i.id AND l.charged_to = 'INVOICE'), 0) AS demanded
                FROM billing.invoice i JOIN billing.currency c ON c.code = i.currency
                WHERE i.id = ANY (CAST(:ids AS uuid[])) ORDER BY i.tenant_id, i.id
                """)
        .param("ids", SqlArray.of(invoices)).query((row, number) -> demand(row)).list();
  }

  private static Demand demand(ResultSet row) throws SQLException {
    return new Demand(new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("currency"),
        row.getString("number"), whole(row, "demanded"), whole(row, "tax"), whole(row, "rounding"),
        whole(row, "released_pico"));
  }

  private static BigInteger whole(ResultSet row, String column) throws SQLException {
    return row.getBigDecimal(column).toBigIntegerExact();
  }

  /** The close that drafted a tenant's month. */
  Optional<Long> closeOf(TenantId tenant, YearMonth month) {
    return jdbc.sql("""
        SELECT close_id FROM billing.period WHERE tenant_id = :tenant AND month = :month AND state = 'DRAFTED'
        """).param("tenant", tenant.value()).param("month", Months.stored(month)).query(Long.class)
        .optional();
  }

  void state(InvoiceId id, String state) {
    jdbc.sql("UPDATE billing.invoice SET state = :state WHERE id = :id").param("state", state)
        .param("id", id.value())
        .update();
  }

  long creditOf(TenantId tenant, String currency) {
    return jdbc.sql("""
        SELECT COALESCE(sum(amount), 0)::bigint FROM billing.credit_movement
        WHERE tenant_id = :tenant AND currency = :currency
        """).param("tenant", tenant.value()).param("currency", currency).query(Long.class).single();
  }

  void moveCredit(TenantId tenant, String currency, long amount, InvoiceId document) {
    if (amount != 0) {
      jdbc.sql("""
          INSERT INTO billing.credit_movement (tenant_id, currency, amount, invoice_id)
          VALUES (:tenant, :currency, :amount, :document)
          """).param("tenant", tenant.value()).param("currency", currency).param("amount", amount)
          .param("document", document.value()).update();
    }
  }

  /** The day in the issuer's zone. The zone is read as it was checked: PostgreSQL takes offsets for their opposite. */
  LocalDate today(String issuer, Instant at) {
    String zone = jdbc.sql("SELECT zone FROM billing.issuer WHERE code = :issuer").param("issuer", issuer)
        .query(String.class).single();
    return LocalDate.ofInstant(at, ZoneId.of(zone));
  }

  Optional<String> issuerOf(TenantId tenant) {
    return jdbc.sql("SELECT issuer FROM billing.profile WHERE tenant_id = :tenant")
        .param("tenant", tenant.value())
        .query(String.class).optional();
  }

  /** Who issued a document that is final. */
  String issuerOf(InvoiceId document) {
    return jdbc.sql("SELECT issuer FROM billing.invoice WHERE id = :id").param("id", document.value())
        .query(String.class).single();
  }

  Optional<TenantId> tenantOf(InvoiceId id) {
    return jdbc.sql("SELECT tenant_id FROM billing.invoice WHERE id = :id").param("id", id.value())
        .query(UUID.class)
        .optional().map(TenantId::new);
  }
}
