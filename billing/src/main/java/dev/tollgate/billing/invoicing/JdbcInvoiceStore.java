package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Commitment;
import dev.tollgate.billing.Invoice.Corrected;
import dev.tollgate.billing.Invoice.ExportMonth;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Invoice.Span;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.billing.Invoice.Totals;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Filter;
import dev.tollgate.billing.Invoices.Order;
import dev.tollgate.billing.Party;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Reads documents with their lines. */
final class JdbcInvoiceStore {

  // When the month of a document's export begins and ends tells the tenant's period; until it has one, its zone by then.
  private static final String DOCUMENT = """
      SELECT i.*, lower(i.span) AS since, upper(i.span) AS until, c.minor_digits, o.number AS corrected_number,
        o.issued_on AS corrected_on, i.due - COALESCE((
          SELECT sum(s.amount) FROM billing.invoice_settlement s WHERE s.invoice_id = i.id), 0) AS open,
        e.month AS exported_with, lower(x.span) AS exported_since, upper(x.span) AS exported_until,
        CASE WHEN x.span IS NULL THEN COALESCE((
          SELECT k.zone FROM billing.contract k
          WHERE k.tenant_id = i.tenant_id AND lower(k.effective) < (e.month + interval '1 month') AT TIME ZONE 'UTC'
          ORDER BY lower(k.effective) DESC LIMIT 1), 'UTC') END AS exported_zone
      FROM billing.invoice i JOIN billing.currency c ON c.code = i.currency
      CROSS JOIN LATERAL (
        SELECT billing.exported_with(i.kind, i.corrects, i.month, i.issued_on) AS month) e
      LEFT JOIN billing.invoice o ON o.id = i.corrects
      LEFT JOIN billing.period d ON d.tenant_id = i.tenant_id AND d.month = e.month
      CROSS JOIN LATERAL (SELECT CASE WHEN e.month = i.month THEN i.span ELSE d.span END AS span) x
      """;

  private static final String LISTED = """
      SELECT i.id, i.number, i.month, i.state, i.due_on, i.total, i.due - COALESCE((
        SELECT sum(s.amount) FROM billing.invoice_settlement s WHERE s.invoice_id = i.id), 0) AS open
      FROM billing.invoice i
      WHERE (CAST(:tenant AS uuid) IS NULL OR i.tenant_id = CAST(:tenant AS uuid))
        AND (CAST(:month AS date) IS NULL OR i.month = CAST(:month AS date))
        AND (CAST(:state AS text) IS NULL OR i.state = CAST(:state AS text))
        AND (NOT :issued OR i.state <> 'DRAFT')
      """;

  // When a line's month began and ended tells the period of that month. Where a tenant never had one, that of an adjustment
  // or of usage before its first, the zone tells it: of the contract that priced it, or else of its last one by then.
  private static final String LINES = """
      SELECT l.*, p.pico_per_token AS list_price, k.reference AS pack_reference, k.pack_tokens, k.price_pico AS pack_price,
        lower(s.span) AS since, upper(s.span) AS until, CASE WHEN s.span IS NULL THEN COALESCE(
          (SELECT c.zone FROM billing.contract c WHERE c.id = l.contract_id),
          (SELECT c.zone FROM billing.contract c WHERE c.tenant_id = i.tenant_id AND lower(c.effective) < upper(i.span)
            ORDER BY lower(c.effective) DESC LIMIT 1), 'UTC') END AS zone
      FROM billing.invoice_line l JOIN billing.invoice i ON i.id = l.invoice_id
      LEFT JOIN billing.price p ON p.id = l.price_id LEFT JOIN billing.pack k ON k.account_id = l.account_id
      LEFT JOIN billing.period d ON d.tenant_id = i.tenant_id AND d.month = l.service_month
      CROSS JOIN LATERAL (SELECT CASE WHEN l.service_month = i.month THEN i.span ELSE d.span END AS span) s
      WHERE l.invoice_id = ANY (CAST(:invoices AS uuid[])) ORDER BY l.invoice_id, l.position
      """;

  private final JdbcClient jdbc;
  private final JdbcProfileStore profiles;

  JdbcInvoiceStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.profiles = new JdbcProfileStore(jdbc);
  }

  Optional<Invoice> find(InvoiceId id) {
    return read(List.of(id.value())).stream().findFirst();
  }

  Optional<Invoice> findByNumber(String number) {
    return read(jdbc.sql("SELECT id FROM billing.invoice WHERE number = :number").param("number", number)
        .query(UUID.class).list()).stream().findFirst();
  }

  List<Invoice> of(TenantId tenant) {
    return read(
        jdbc.sql("SELECT id FROM billing.invoice WHERE tenant_id = :tenant ORDER BY month DESC, id")
            .param("tenant", tenant.value()).query(UUID.class).list());
  }

  /** The latest first: ids rise with time. */
  List<Invoice> list(Filter filter, int limit, @Nullable InvoiceId after) {
    return list(filter,
        new Slice<>(Order.DRAFTED, true, null, after == null ? null : after.toString(), limit));
  }

  List<Invoice> list(Filter filter, Slice<Order> slice) {
    return read(of(filter, SliceQuery.of(LISTED, IdKind.UUID, "id").searching("COALESCE(number, '')")
        .ask(jdbc, slice, switch (slice.order()) {
          case DRAFTED -> "id";
          case NUMBER -> "concat((number IS NULL)::int, number)";
          case MONTH -> "month";
          case STATE -> "state";
          case DUE -> "COALESCE(due_on, 'infinity')";
          case TOTAL -> "total";
          case OPEN -> "open";
        })).query((row, number) -> row.getObject("id", UUID.class)).list());
  }

  long count(Filter filter) {
    return of(filter, jdbc.sql("SELECT count(*) FROM (" + LISTED + ") AS listed")).query(Long.class).single();
  }

  private static StatementSpec of(Filter filter, StatementSpec statement) {
    return statement.param("tenant", filter.tenant() == null ? null : filter.tenant().value())
        .param("month", filter.month() == null ? null : Months.stored(filter.month()))
        .param("state", filter.state() == null ? null : filter.state().name())
        .param("issued", filter.issued());
  }

  /** Documents in the order of their ids, with all their lines and parties in one statement each. */
  List<Invoice> read(List<UUID> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    String array = SqlArray.of(ids);
    Map<Long, Party> parties = profiles.partiesOf(array);
    Map<UUID, List<Line>> lines = lines(array);
    return jdbc.sql(DOCUMENT + """
        JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS chosen(id, place) ON chosen.id = i.id
        ORDER BY chosen.place
        """).param("ids", array).query((row, number) -> document(row, parties, lines)).list();
  }

  /** Ids of a month's documents behind a given one, in order, at most as many as asked for. */
  List<Place> after(YearMonth month, @Nullable TenantId tenant, @Nullable Place last, int most) {
    return jdbc
        .sql(
            """
                SELECT tenant_id, id FROM billing.invoice
                WHERE month = :month AND (CAST(:tenant AS uuid) IS NULL OR tenant_id = CAST(:tenant AS uuid))
                  AND (CAST(:lastTenant AS uuid) IS NULL OR (tenant_id, id) > (CAST(:lastTenant AS uuid), CAST(:lastId AS uuid)))
                ORDER BY tenant_id, id LIMIT :most
                """)
        .param("month", Months.stored(month)).param("tenant", tenant == null ? null : tenant.value())
        .param("lastTenant", last == null ? null : last.tenant())
        .param("lastId", last == null ? null : last.id())
        .param("most", most).query((row, number) -> new Place(row.getObject("tenant_id", UUID.class),
            row.getObject("id", UUID.class)))
        .list();
  }

  /** The same of the documents that are final and exported with a month. */
  List<Place> exportedAfter(YearMonth month, @Nullable TenantId tenant, @Nullable Place last, int most) {
    return jdbc
        .sql(
            """
                SELECT tenant_id, id FROM billing.invoice
                WHERE billing.exported_with(kind, corrects, month, issued_on) = :month AND state <> 'DRAFT'
                  AND (CAST(:tenant AS uuid) IS NULL OR tenant_id = CAST(:tenant AS uuid))
                  AND (CAST(:lastTenant AS uuid) IS NULL OR (tenant_id, id) > (CAST(:lastTenant AS uuid), CAST(:lastId AS uuid)))
                ORDER BY tenant_id, id LIMIT :most
                """)
        .param("month", Months.stored(month)).param("tenant", tenant == null ? null : tenant.value())
        .param("lastTenant", last == null ? null : last.tenant())
        .param("lastId", last == null ? null : last.id())
        .param("most", most).query((row, number) -> new Place(row.getObject("tenant_id", UUID.class),
            row.getObject("id", UUID.class)))
        .list();
  }

  record Place(UUID tenant, UUID id) {}

  private Invoice document(ResultSet row, Map<Long, Party> parties, Map<UUID, List<Line>> lines)
      throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    return new Invoice(new InvoiceId(id), new TenantId(row.getObject("tenant_id", UUID.class)),
        Invoice.Kind.valueOf(row.getString("kind")), Invoice.State.valueOf(row.getString("state")),
        Months.month(row, "month"), Months.instant(row, "since"), Months.instant(row, "until"),
        row.getString("currency"), row.getInt("minor_digits"), issue(row, parties), corrected(row),
        row.getString("reason"),
        tax(row), totals(row), lines.getOrDefault(id, List.of()));
  }

  private @Nullable Issue issue(ResultSet row, Map<Long, Party> parties) throws SQLException {
    String number = row.getString("number");
    return number == null ? null
        : new Issue(number, row.getObject("issued_on", LocalDate.class),
            row.getObject("due_on", LocalDate.class),
            Months.instant(row, "finalised_at"), row.getString("finalised_by"),
            party(row.getLong("seller"), parties), party(row.getLong("buyer"), parties),
            HexFormat.of().formatHex(row.getBytes("content_hash")), exportedWith(row));
  }

  private static ExportMonth exportedWith(ResultSet row) throws SQLException {
    YearMonth month = Months.month(row, "exported_with");
    return new ExportMonth(month, span(row, "exported_zone", month, "exported_since", "exported_until"));
  }

  /** What is stored, or, where a zone is, a month there. */
  private static Span span(ResultSet row, String ofZone, YearMonth month, String since, String until)
      throws SQLException {
    String zone = row.getString(ofZone);
    return zone == null ? new Span(Months.instant(row, since), Months.instant(row, until))
        : new Span(Months.start(month, ZoneId.of(zone)), Months.start(month.plusMonths(1), ZoneId.of(zone)));
  }

  /** One that is not among those that were read belongs to a document that was issued since. */
  private Party party(long id, Map<Long, Party> parties) {
    return parties.computeIfAbsent(id, profiles::party);
  }

  private static @Nullable Corrected corrected(ResultSet row) throws SQLException {
    UUID id = row.getObject("corrects", UUID.class);
    return id == null ? null
        : new Corrected(new InvoiceId(id), row.getString("corrected_number"),
            row.getObject("corrected_on", LocalDate.class));
  }

  private static @Nullable TaxRule tax(ResultSet row) throws SQLException {
    String kind = row.getString("tax_kind");
    return kind == null ? null
        : new TaxRule(TaxKind.valueOf(kind), row.getInt("tax_basis_points"), row.getString("tax_note"));
  }

  private static Totals totals(ResultSet row) throws SQLException {
    return new Totals(whole(row, "exact_pico"), row.getLong("net"), row.getLong("tax"), row.getLong("total"),
        row.getLong("prepaid"), row.getLong("credit_applied"), row.getLong("credit_carried"),
        row.getLong("due"),
        row.getLong("open"));
  }

  private Map<UUID, List<Line>> lines(String invoices) {
    var lines = new HashMap<UUID, List<Line>>();
    jdbc.sql(LINES).param("invoices", invoices).query((RowCallbackHandler) row -> lines
        .computeIfAbsent(row.getObject("invoice_id", UUID.class), id -> new ArrayList<>())
        .add(line(row)));
    return lines;
  }

  private static Line line(ResultSet row) throws SQLException {
    YearMonth month = Months.month(row, "service_month");
    return new Line(row.getInt("position"), LineKind.valueOf(row.getString("kind")), month,
        span(row, "zone", month, "since", "until"), ChargedTo.valueOf(row.getString("charged_to")),
        subject(row),
        row.getString("description"), row.getLong("requests"), whole(row, "quantity"),
        row.getLong("unit_price"),
        whole(row, "fund_amount"), whole(row, "amount_pico"), row.getLong("amount"), commitment(row));
  }

  private static @Nullable Commitment commitment(ResultSet row) throws SQLException {
    String pack = row.getString("pack_reference");
    if (pack != null) {
      return new Commitment.Pack(row.getLong("account_id"), pack, row.getLong("pack_tokens"),
          row.getLong("pack_price"));
    }
    return row.getString("kind").equals(LineKind.SHORTFALL.name())
        ? new Commitment.Unused(row.getLong("contract_id"))
        : null;
  }

  private static @Nullable Subject subject(ResultSet row) throws SQLException {
    String model = row.getString("model");
    return model == null ? null
        : new Subject(row.getLong("contract_id"), model, row.getString("region"),
            TokenClass.valueOf(row.getString("token_class")), row.getString("fund"),
            row.getLong("account_id"),
            row.getLong("price_id"), row.getLong("list_price"));
  }

  private static BigInteger whole(ResultSet row, String column) throws SQLException {
    return row.getBigDecimal(column).toBigIntegerExact();
  }
}
