package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Adjustments.Kind;
import dev.tollgate.billing.Agreements.Agreement;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a month: on the left what happened, on the right the invoice. */
class LineScenarios {

  private final Office office = new Office();

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  /** @param story what happens until the month is closed; tells whose invoice is looked at */
  record Scenario(String name, Function<Office, TenantId> story, String invoice) {

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void becomes(Scenario scenario) {
    TenantId tenant = scenario.story().apply(office);
    if (office.house.time.clock().instant().isBefore(Instant.parse("2026-10-15T00:00:00Z"))) {
      office.at("2026-10-15T00:00:00Z");
      office.close(SEPTEMBER);
    } else {
      office.close(OCTOBER);
    }
    assertThat(Office.text(office.invoices.of(tenant).getFirst())).isEqualTo(scenario.invoice());
    assertThat(office.invoices.recompute(office.invoices.of(tenant).getFirst().id()).differences()).isEmpty();
  }

  @Test
  void whatAnExpiredPackHadLeftIsShownOnceAndCostsNothing() {
    TenantId tenant = office.paying(0);
    office.house.packs.buy(tenant,
        new Order(new Size.Tokens(30_000_000), "USD", Payment.RECORDED, "order-7"));
    YearMonth expiry = SEPTEMBER.plusYears(1);
    for (YearMonth month = SEPTEMBER; month.isBefore(expiry); month = month.plusMonths(1)) {
      office.at(month.plusMonths(1).atDay(2) + "T00:00:00Z");
      office.close(month);
    }
    office.at("2027-09-20T00:00:00Z");
    assertThat(office.house.packs.expire()).isEqualTo(1);
    office.at("2027-10-02T00:00:00Z");
    office.close(expiry);
    String shown = """
        EXPIRED 2027-09 order-7: 1 at 0 = 0.00
        net 0.00
        """;
    Invoice invoice = office.latest(tenant, expiry);
    assertThat(Office.text(invoice)).isEqualTo(shown);
    assertThat(invoice.lines().getFirst().fundAmount()).isEqualTo(BigInteger.valueOf(30_000_000_000L));
    office.invoices.finalise(expiry, "test");
    office.invoices.replace(invoice.id(), "Wrong address", "test");
    assertThat(Office.text(office.latest(tenant, expiry))).isEqualTo(shown);
    office.at("2027-11-02T00:00:00Z");
    office.close(expiry.plusMonths(1));
    assertThat(office.invoices.of(tenant)).noneMatch(each -> each.month().isAfter(expiry));
  }

  static Stream<Scenario> scenarios() {
    return Stream.of(
        new Scenario("prepaid usage is shown and nothing is due", office -> {
          TenantId tenant = office.paying(200);
          office.use(tenant, 9_000_000, 1_000_000, 10_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 9000000 at 3000000 = 27.00
            USAGE 2026-09 deepseek-v3 eu INPUT_CACHED MONEY: 1000000 at 300000 = 0.30
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 10000000 at 6000000 = 60.00
            net 87.30, prepaid 87.30
            """),
        new Scenario("usage on credit is due, the free allowance is shown at nothing", office -> {
          TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
          office.use(tenant, 1_100_000, 0, 1_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1000000 at 6000000 = 6.00
            net 9.00, due 9.00
            """),
        new Scenario("what was paid in pays first, credit the rest", office -> {
          TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
          office.house.funding.topUp(tenant, "USD", 5 * DOLLAR, "top-up");
          office.use(tenant, 1_100_000, 0, 1_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1000000 at 6000000 = 6.00
            net 9.00, prepaid 5.00, due 4.00
            """),
        new Scenario("a pack is a purchase, its draws cost nothing more", office -> {
          TenantId tenant = office.paying(0);
          office.house.packs.buy(tenant,
              new Order(new Size.Tokens(30_000_000), "USD", Payment.RECORDED, "order-7"));
          office.instance.beat();
          office.use(tenant, 1_000_000, 0, 1_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT PACK: 1000000 at 1000 = 0.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT PACK: 1000000 at 2000 = 0.00
            PACK 2026-09 order-7: 30000000 at 2400000 = 72.00
            net 72.00, prepaid 72.00
            """),
        new Scenario(
            "a commitment that is not used up is due at the list price, whatever band ends the month",
            office -> {
              office.house.jdbc
                  .sql(
                      """
                          INSERT INTO billing.time_band (model, region, currency, weekday, minutes, effective, discount_basis_points)
                          SELECT '*', '*', 'USD', weekday, '[720,1440)', '[2026-09-30T00:00:00Z,)', 5000
                          FROM generate_series(1, 7) AS weekday
                          """)
                  .update();
              office.house.catalogue.refresh();
              TenantId tenant = office.newTenant();
              office.house.funding.enterprise(tenant,
                  new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * DOLLAR),
                  Instant.parse("2026-09-01T00:00:00Z"));
              return tenant;
            }, """
                SHORTFALL 2026-09: 50000000 at 2100000 = 105.00
                net 105.00, due 105.00
                """),
        new Scenario("a commitment that is not used up is due", office -> {
          TenantId tenant = office.newTenant();
          office.house.funding.enterprise(tenant,
              new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * DOLLAR),
              Instant.parse("2026-09-01T00:00:00Z"));
          office.instance.beat();
          office.use(tenant, 10_000_000, 0, 10_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 10000000 at 2100000 = 21.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 10000000 at 4200000 = 42.00
            SHORTFALL 2026-09: 30000000 at 2100000 = 63.00
            net 126.00, due 126.00
            """),
        new Scenario("the plan changes in the middle of the month", office -> {
          office.at("2026-09-05T00:00:00Z");
          TenantId tenant = office.newTenant();
          office.house.funding.payAsYouGo(tenant, "USD", ZoneOffset.UTC, 1_000 * DOLLAR,
              Instant.parse("2026-09-01T00:00:00Z"));
          office.instance.beat();
          office.use(tenant, 1_100_000, 0, 1_000_000);
          office.house.funding.enterprise(tenant,
              new Agreement("USD", ZoneOffset.UTC, 60_000_000, 1_000 * DOLLAR),
              Instant.parse("2026-09-16T00:00:00Z"));
          office.at("2026-09-20T00:00:00Z");
          office.use(tenant, 9_000_000, 0, 1_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 9000000 at 2100000 = 18.90
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1000000 at 4200000 = 4.20
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1000000 at 6000000 = 6.00
            SHORTFALL 2026-09: 20000000 at 2100000 = 42.00
            net 74.10, due 74.10
            """),
        new Scenario("tax is charged on the net sum", office -> {
          TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
          office.profile(tenant, TaxRule.standard(1_900));
          office.use(tenant, 1_100_000, 0, 1_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1000000 at 6000000 = 6.00
            net 9.00, tax 1.71, due 10.71
            """),
        new Scenario("where the customer owes the tax none is charged, and the document says so", office -> {
          TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
          office.profile(tenant, Office.BUSINESS, TaxRule.reverseCharge());
          office.use(tenant, 1_100_000, 0, 1_000_000);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1000000 at 6000000 = 6.00
            net 9.00, due 9.00
            Reverse charge: VAT is to be accounted for by the recipient
            """),
        new Scenario("credits take off what is due, what is left of them is carried", office -> {
          TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
          office.use(tenant, 1_100_000, 0, 0);
          office.adjustments.add(tenant, adjustment(Kind.SLA_CREDIT, -2 * DOLLAR, "sla"), "test");
          office.adjustments.add(tenant, adjustment(Kind.ADJUSTMENT, -5 * DOLLAR, "goodwill"), "test");
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            SLA_CREDIT 2026-09 sla: 1 at 0 = -2.00
            ADJUSTMENT 2026-09 goodwill: 1 at 0 = -5.00
            net -4.00, carried 4.00
            """),
        new Scenario("credit that was carried is applied to the next invoice", office -> {
          TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
          office.adjustments.add(tenant, adjustment(Kind.ADJUSTMENT, -5 * DOLLAR, "goodwill"), "test");
          office.at("2026-10-02T00:00:00Z");
          office.close(SEPTEMBER);
          office.invoices.finalise(SEPTEMBER, "test");
          office.at("2026-10-20T00:00:00Z");
          office.use(tenant, 2_100_000, 0, 0);
          office.at("2026-11-02T00:00:00Z");
          return tenant;
        }, """
            USAGE 2026-10 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-10 deepseek-v3 eu INPUT MONEY: 2000000 at 3000000 = 6.00
            net 6.00, credit 5.00, due 1.00
            """),
        new Scenario("usage that was settled after the close is a line of the next invoice", office -> {
          TenantId tenant = office.paying(100);
          Request late = office.request(tenant);
          var hold = late.hold(1_000_000, 1);
          office.use(tenant, 2_000_000, 0, 0);
          office.at("2026-10-02T00:00:00Z");
          office.close(SEPTEMBER);
          Request.settled(hold, late.used(1_000_000, 0, 1, Outcome.COMPLETED));
          office.use(tenant, 3_000_000, 0, 0);
          office.at("2026-11-02T00:00:00Z");
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1 at 6000000 = 0.00
            USAGE 2026-10 deepseek-v3 eu INPUT MONEY: 3000000 at 3000000 = 9.00
            net 12.00, prepaid 12.00
            """),
        new Scenario("late usage of a commitment gives back what was missing", office -> {
          TenantId tenant = office.newTenant();
          office.house.funding.enterprise(tenant,
              new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * DOLLAR),
              Instant.parse("2026-09-01T00:00:00Z"));
          office.instance.beat();
          Request late = office.request(tenant);
          var hold = late.hold(10_000_000, 1);
          office.at("2026-10-02T00:00:00Z");
          office.close(SEPTEMBER);
          Request.settled(hold, late.used(10_000_000, 0, 0, Outcome.COMPLETED));
          office.use(tenant, 50_000_000, 0, 0);
          office.at("2026-11-02T00:00:00Z");
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 10000000 at 2100000 = 21.00
            USAGE 2026-10 deepseek-v3 eu INPUT MONEY: 50000000 at 2100000 = 105.00
            SHORTFALL 2026-09: -10000000 at 2100000 = -21.00
            net 105.00, due 105.00
            """),
        new Scenario("what the backend failed to answer is not billed", office -> {
          TenantId tenant = office.paying(100);
          Request failed = office.request(tenant);
          Request.settled(failed.hold(1_000, 10), failed.used(1_000, 0, 10, Outcome.BACKEND_FAILED));
          office.use(tenant, 1_000_000, 0, 0);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 1000000 at 3000000 = 3.00
            net 3.00, prepaid 3.00
            """),
        new Scenario("each zone has its own month", office -> {
          TenantId tenant = office.onCredit(100, ZoneId.of("Pacific/Kiritimati"));
          office.at("2026-08-31T10:00:00Z");
          office.use(tenant, 1_100_000, 0, 0);
          office.at("2026-09-30T09:59:59.999Z");
          office.use(tenant, 1_000_000, 0, 0);
          office.at("2026-09-30T10:00:00Z");
          office.use(tenant, 5_000_000, 0, 0);
          return tenant;
        }, """
            USAGE 2026-09 deepseek-v3 eu INPUT FREE_ALLOWANCE: 100000 at 1 = 0.00
            USAGE 2026-09 deepseek-v3 eu INPUT MONEY: 2000000 at 3000000 = 6.00
            net 6.00, due 6.00
            """));
  }

  private static Adjustment adjustment(Kind kind, long pico, String name) {
    return new Adjustment(kind, new Money("USD", BigInteger.valueOf(pico)), SEPTEMBER, name, name);
  }
}
