package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.catalog.Currencies;
import dev.tollgate.tenants.PlainText;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Adjustments in the database, which refuses to change them. */
public final class StoredAdjustments implements Adjustments {

  private static final int LONGEST_REFERENCE = 100;
  private static final int LONGEST_DESCRIPTION = 300;
  private static final BigInteger WHOLE = BigInteger.TEN.pow(12);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Currencies currencies;

  public StoredAdjustments(DataSource database, Clock clock) {
    this.jdbc = JdbcClient.create(database);
    this.clock = clock;
    this.currencies = new Currencies(database);
  }

  @Override
  public Recording add(TenantId tenant, Adjustment adjustment, String by) {
    Optional<Recording.Refused> violation = violation(tenant, adjustment, by);
    if (violation.isPresent()) {
      return violation.get();
    }
    jdbc.sql("""
        INSERT INTO billing.adjustment
          (tenant_id, kind, currency, amount_pico, service_month, description, reference, recorded_by)
        VALUES (:tenant, :kind, :currency, :amount, :month, :description, :reference, :by)
        ON CONFLICT (tenant_id, reference) DO NOTHING
        """).param("tenant", tenant.value()).param("kind", adjustment.kind().name())
        .param("currency", adjustment.amount().currency())
        .param("amount", new BigDecimal(adjustment.amount().pico()))
        .param("month", Months.stored(adjustment.serviceMonth()))
        .param("description", adjustment.description())
        .param("reference", adjustment.reference()).param("by", by).update();
    return find(tenant, adjustment.reference()).filter(adjustment::equals).isPresent()
        ? new Recording.Recorded()
        : new Recording.Refused("reference", "was used for another adjustment");
  }

  private Optional<Recording.Refused> violation(TenantId tenant, Adjustment adjustment, String by) {
    if (isOutside(by, LONGEST_REFERENCE)) {
      return refused("by", "must have 1 to " + LONGEST_REFERENCE + " characters");
    }
    if (isOutside(adjustment.reference(), LONGEST_REFERENCE)) {
      return refused("reference", "must have 1 to " + LONGEST_REFERENCE + " characters");
    }
    if (isOutside(adjustment.description(), LONGEST_DESCRIPTION)) {
      return refused("description", "must have 1 to " + LONGEST_DESCRIPTION + " characters");
    }
    if (!PlainText.isPlain(adjustment.reference())) {
      return refused("reference", PlainText.RULE);
    }
    if (!PlainText.isPlain(adjustment.description())) {
      return refused("description", PlainText.RULE);
    }
    if (adjustment.kind() == Kind.SLA_CREDIT && adjustment.amount().pico().signum() > 0) {
      return refused("amount", "must be negative for a service credit");
    }
    if (adjustment.amount().pico().abs().compareTo(Money.MOST_AT_ONCE) > 0) {
      return refused("amount", "must be at most " + Money.MOST_AT_ONCE.divide(WHOLE));
    }
    YearMonth latest = YearMonth.from(clock.instant().atZone(zone(tenant))).plusMonths(1);
    if (adjustment.serviceMonth().isAfter(latest)) {
      // It would wait for the invoice of that month, and nobody would miss it.
      return refused("serviceMonth", "must be " + latest + " at the latest, the month after this one");
    }
    return currencies.ruleBrokenBy(adjustment.amount().currency())
        .map(rule -> new Recording.Refused("currency", rule));
  }

  /** In which the tenant's months begin; UTC where it has no contract yet. */
  private ZoneId zone(TenantId tenant) {
    return jdbc.sql(
        "SELECT zone FROM billing.contract WHERE tenant_id = :tenant ORDER BY effective @> :now DESC, effective DESC LIMIT 1")
        .param("tenant", tenant.value()).param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .query(String.class).optional().map(ZoneId::of).orElse(ZoneOffset.UTC);
  }

  private static boolean isOutside(String text, int most) {
    return text.isBlank() || text.length() > most;
  }

  private static Optional<Recording.Refused> refused(String field, String rule) {
    return Optional.of(new Recording.Refused(field, rule));
  }

  private Optional<Adjustment> find(TenantId tenant, String reference) {
    return jdbc.sql("SELECT * FROM billing.adjustment WHERE tenant_id = :tenant AND reference = :reference")
        .param("tenant", tenant.value()).param("reference", reference)
        .query((row, number) -> adjustment(row)).optional();
  }

  @Override
  public List<Adjustment> pending(TenantId tenant) {
    return jdbc.sql("SELECT * FROM billing.unbilled_adjustment WHERE tenant_id = :tenant ORDER BY id")
        .param("tenant", tenant.value()).query((row, number) -> adjustment(row)).list();
  }

  private static Adjustment adjustment(ResultSet row) throws SQLException {
    return new Adjustment(Kind.valueOf(row.getString("kind")),
        new Money(row.getString("currency"), row.getBigDecimal("amount_pico").toBigIntegerExact()),
        Months.month(row, "service_month"), row.getString("description"), row.getString("reference"));
  }
}
