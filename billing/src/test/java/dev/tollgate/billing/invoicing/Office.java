package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Party;
import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A house with somebody in it who writes invoices. Time begins in September 2026. */
final class Office implements AutoCloseable {

  static final long DOLLAR = 1_000_000_000_000L;
  static final YearMonth SEPTEMBER = YearMonth.of(2026, 9);
  static final YearMonth OCTOBER = YearMonth.of(2026, 10);
  static final Party ISSUER = new Party("Tollgate Operating GmbH", "Hauptstrasse 1", "", "10115", "Berlin",
      "DE",
      "DE123456789", "HRB 12345 B", "billing@tollgate.example", "DE02120300000000202051", "BYLADEM1001");
  static final Party CUSTOMER = new Party("Example Ltd", "1 High Street", "", "EC1A 1BB", "London", "GB",
      null, null,
      "accounts@example.com", null, null);

  static final Party BUSINESS = new Party("Exemples S.A.", "12, rue de la Paix", "", "75002", "Paris", "FR",
      "FR12345678901", null, "compta@example.com", null, null);

  final House house = new House();
  final House.Instance instance = house.quietInstance(House.QUICK);
  final StoredProfiles profiles = new StoredProfiles(house.pool);
  final StoredAdjustments adjustments = new StoredAdjustments(house.pool, house.time.clock());
  final StoredInvoices invoices = new StoredInvoices(house.pool, house.contracts, house.commitments,
      house.time.clock());
  final MonthClose closing = closing(house.pool);

  Office() {
    at("2026-09-10T12:00:00Z");
    issue(ZoneOffset.UTC, "INV-");
  }

  void issue(ZoneId zone, String prefix) {
    var recorded = profiles.issue(new Issuer(BillingProfiles.MAIN_ISSUER, ISSUER, zone, prefix));
    if (!(recorded instanceof BillingProfiles.Recording.Recorded)) {
      throw new AssertionError(recorded);
    }
  }

  MonthClose closing(DataSource database) {
    return closing(database, Duration.ofMinutes(1));
  }

  MonthClose closing(DataSource database, Duration retryAfter) {
    return new MonthClose(database, house.contracts, house.commitments,
        new CloseSettings(Duration.ofHours(1), 2, 3, retryAfter),
        house.time.clock());
  }

  void at(String instant) {
    house.time.moveTo(Instant.parse(instant));
    instance.beat();
  }

  /** A tenant without any allowance, without tax, that has paid in so many dollars. */
  TenantId paying(long dollars) {
    TenantId tenant = house.paying(dollars * DOLLAR);
    profile(tenant, TaxRule.outsideScope("Not taxable"));
    return tenant;
  }

  /** A tenant on pay-as-you-go that may owe so many dollars. */
  TenantId onCredit(long dollars, ZoneId zone) {
    TenantId tenant = house.payAsYouGo(dollars * DOLLAR, zone);
    profile(tenant, TaxRule.outsideScope("Not taxable"));
    return tenant;
  }

  TenantId newTenant() {
    var tenant = new TenantId(UUID.randomUUID());
    profile(tenant, TaxRule.outsideScope("Not taxable"));
    return tenant;
  }

  void profile(TenantId tenant, TaxRule tax) {
    profile(tenant, CUSTOMER, tax);
  }

  void profile(TenantId tenant, Party customer, TaxRule tax) {
    var recorded = profiles.record(tenant, new Profile(BillingProfiles.MAIN_ISSUER, customer, tax, 14));
    if (!(recorded instanceof BillingProfiles.Recording.Recorded)) {
      throw new AssertionError(recorded);
    }
  }

  Request request(TenantId tenant) {
    return instance.request(tenant);
  }

  /** A request that used just this much, now. */
  void use(TenantId tenant, long input, long cached, long output) {
    Request request = request(tenant);
    Request.settled(request.hold(Math.addExact(input, cached), Math.max(1, output)),
        request.used(input, cached, output));
  }

  /** Closes a month whose usage is all there. */
  void close(YearMonth month) {
    house.contracts.refresh();
    if (!(closing.closeWithoutWaiting(month, "test") instanceof Outcome.Drafted)) {
      throw new AssertionError("Not drafted: " + closing.closeWithoutWaiting(month, "test"));
    }
  }

  Invoice only(TenantId tenant) {
    List<Invoice> all = invoices.of(tenant);
    if (all.size() != 1) {
      throw new AssertionError("Not one document but " + all);
    }
    return all.getFirst();
  }

  Invoice latest(TenantId tenant, YearMonth month) {
    return invoices.of(tenant).stream().filter(each -> each.month().equals(month))
        .filter(each -> each.kind() == Invoice.Kind.INVOICE && each.state() != Invoice.State.VOID).findFirst()
        .orElseThrow();
  }

  /** A document as a table: its lines, its sums where they say something, and who owes the tax if it is the customer. */
  static String text(Invoice invoice) {
    String lines = invoice.lines().stream().map(line -> line(invoice, line))
        .collect(Collectors.joining("\n"));
    Invoice.Totals sums = invoice.totals();
    TaxRule tax = invoice.tax();
    return lines + "\nnet " + money(invoice, sums.net()) + sum(invoice, "tax", sums.tax())
        + sum(invoice, "prepaid", sums.prepaid()) + sum(invoice, "credit", sums.creditApplied())
        + sum(invoice, "carried", sums.creditCarried()) + sum(invoice, "due", sums.due()) + "\n"
        + (tax != null && tax.kind() == TaxKind.REVERSE_CHARGE ? tax.note() + "\n" : "");
  }

  private static String sum(Invoice invoice, String name, long coins) {
    return coins == 0 ? "" : ", " + name + " " + money(invoice, coins);
  }

  private static String line(Invoice invoice, Invoice.Line line) {
    Invoice.@Nullable Subject subject = line.subject();
    String about = subject == null ? line.description() == null ? "" : " " + line.description()
        : " " + subject.model() + " " + subject.region() + " " + subject.tokenClass() + " " + subject.fund();
    return line.kind() + " " + line.serviceMonth() + about + ": " + line.quantity() + " at "
        + line.unitPrice() + " = "
        + money(invoice, line.amount());
  }

  private static String money(Invoice invoice, long coins) {
    return BigDecimal.valueOf(coins, invoice.minorDigits()).toPlainString();
  }

  @Override
  public void close() {
    house.close();
  }
}
