package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices.Finalised;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What answers a call to close a month. */
class CloseScenarios {

  private final Office office = new Office();

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  record Scenario(String name, Function<Office, Outcome> story, String answer) {

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void answers(Scenario scenario) {
    assertThat(text(scenario.story().apply(office))).isEqualTo(scenario.answer());
  }

  private static String text(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Drafted(var progress) -> "drafted " + progress.tenantsDone() + " of " + progress.tenants();
      case Outcome.UnderWay(var progress) ->
        "under way " + progress.tenantsDone() + " of " + progress.tenants();
      case Outcome.Waiting(var epochs, var until) -> "waiting for " + epochs.size();
      case Outcome.Refused(var rule, var instead) -> rule + ". " + instead + ".";
    };
  }

  static Stream<Scenario> scenarios() {
    return Stream.of(
        new Scenario("nobody to bill", office -> close(office, SEPTEMBER),
            "There is no tenant with a contract. Conclude a contract first."),
        new Scenario("an open month", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          return close(office, SEPTEMBER);
        }, "The month 2026-09 has not ended. It can be closed from 2026-10-01T00:00:00Z on; due now: "
            + "[2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06, 2026-07, 2026-08]."),
        new Scenario("an open month in the far future", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          return close(office, YearMonth.of(2099, 1));
        }, "The month 2099-01 has not ended. It can be closed from 2099-02-01T00:00:00Z on; due now: "
            + "[2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06, 2026-07, 2026-08]."),
        new Scenario("an open month, and none that is due", office -> {
          underContractSinceSeptember(office);
          return close(office, SEPTEMBER);
        }, "The month 2026-09 has not ended. It can be closed from 2026-10-01T00:00:00Z on; none is due until 2026-09 "
            + "has ended, at 2026-10-01T00:00:00Z."),
        new Scenario("a month before the first contract, and none that is due", office -> {
          underContractSinceSeptember(office);
          return close(office, YearMonth.of(2026, 8));
        }, "No tenant had a contract in 2026-08. Choose another month; none is due until 2026-09 has ended, at "
            + "2026-10-01T00:00:00Z."),
        new Scenario("a month before the first contract, and one that is due", office -> {
          underContractSinceSeptember(office);
          office.at("2026-10-01T00:00:00Z");
          return close(office, YearMonth.of(2026, 8));
        }, "No tenant had a contract in 2026-08. Choose another month; due now: [2026-09]."),
        new Scenario("the first instant after the month", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-01T00:00:00Z");
          return close(office, SEPTEMBER);
        }, "drafted 1 of 1"),
        new Scenario("the same month twice", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-01T00:00:00Z");
          close(office, SEPTEMBER);
          return close(office, SEPTEMBER);
        }, "drafted 1 of 1"),
        new Scenario("a month is left out", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-12-05T00:00:00Z");
          close(office, SEPTEMBER);
          return close(office, YearMonth.of(2026, 11));
        }, "Months are closed in order, and 2026-10 is not closed yet. Close 2026-10 first."),
        new Scenario("a month before one that is closed", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-05T00:00:00Z");
          close(office, SEPTEMBER);
          return close(office, YearMonth.of(2026, 8));
        }, "Months are closed in order, and 2026-09 is closed already. What belongs to 2026-08 and came later is on the "
            + "next invoice; 2026-09 or the month after it can be closed."),
        new Scenario("the month has ended at UTC+14 and not yet at UTC-12", office -> {
          office.onCredit(1, ZoneId.of("Pacific/Kiritimati"));
          office.onCredit(1, ZoneId.of("Etc/GMT+12"));
          office.at("2026-09-30T10:00:00Z");
          return close(office, SEPTEMBER);
        }, "drafted 1 of 1"),
        new Scenario("the rest follows once its month has ended", office -> {
          office.onCredit(1, ZoneId.of("Pacific/Kiritimati"));
          office.onCredit(1, ZoneId.of("Etc/GMT+12"));
          office.at("2026-09-30T10:00:00Z");
          close(office, SEPTEMBER);
          office.at("2026-10-01T12:00:00Z");
          return close(office, SEPTEMBER);
        }, "drafted 1 of 1"),
        new Scenario("an instance that has not said that it settled everything", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-01T00:00:00Z");
          office.house.jdbc
              .sql("UPDATE billing.instance SET registered_at = '2026-09-01', settled_until = '2026-09-30'")
              .update();
          return close(office, SEPTEMBER);
        }, "waiting for 1"),
        new Scenario("an instance that went away with something unsettled", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-01T00:00:00Z");
          office.house.jdbc.sql("INSERT INTO billing.departed_instance (epoch, id, settled_until) "
              + "VALUES (999, gen_random_uuid(), '2026-09-30T23:59:59Z')").update();
          return close(office, SEPTEMBER);
        }, "waiting for 1"),
        new Scenario("an instance that has settled past the month's end", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-01T00:00:00Z");
          office.house.jdbc
              .sql("UPDATE billing.instance SET registered_at = '2026-09-01', settled_until = '2026-10-01'")
              .update();
          return close(office, SEPTEMBER);
        }, "drafted 1 of 1"),
        new Scenario("a person says not to wait", office -> {
          office.onCredit(1, ZoneOffset.UTC);
          office.at("2026-10-01T00:00:00Z");
          office.house.jdbc.sql("UPDATE billing.instance SET registered_at = '2026-09-01'").update();
          close(office, SEPTEMBER);
          return office.closing.closeWithoutWaiting(SEPTEMBER, "accountant");
        }, "drafted 1 of 1"));
  }

  private static void underContractSinceSeptember(Office office) {
    office.house.funding.payAsYouGo(office.newTenant(), "USD", ZoneOffset.UTC, Office.DOLLAR,
        Instant.parse("2026-09-02T00:00:00Z"));
  }

  private static Outcome close(Office office, YearMonth month) {
    office.house.contracts.refresh();
    return office.closing.close(month, "test");
  }

  @Test
  void usageOfTheLastMillisecondIsInAndOfTheFirstAfterItIsNot() {
    TenantId tenant = office.paying(100);
    office.at("2026-09-30T23:59:59.999Z");
    office.use(tenant, 1_000_000, 0, 0);
    office.at("2026-10-01T00:00:00Z");
    office.use(tenant, 7_000_000, 0, 0);
    office.close(SEPTEMBER);
    office.at("2026-11-01T00:00:00Z");
    office.close(OCTOBER);
    assertThat(office.latest(tenant, SEPTEMBER).totals().net()).isEqualTo(300);
    assertThat(office.latest(tenant, OCTOBER).totals().net()).isEqualTo(2_100);
  }

  @Test
  void aTenantThatMovesToAnotherZoneIsBilledForEveryInstantOnce() {
    TenantId tenant = office.newTenant();
    String[] instants = {"2026-09-30T09:30:00Z", "2026-09-30T10:30:00Z", "2026-10-01T00:30:00Z",
        "2026-10-01T12:30:00Z"};
    office.house.jdbc
        .sql(
            """
                INSERT INTO billing.contract (tenant_id, plan, currency, zone, credit_limit, free_tokens_per_month, effective)
                VALUES (:tenant, 'pay-as-you-go', 'USD', 'Pacific/Kiritimati', 1000000000000000, 0, '[2026-01-01,2026-10-01)'),
                  (:tenant, 'pay-as-you-go', 'USD', 'Etc/GMT+12', 1000000000000000, 0, '[2026-10-01,)')
                """)
        .param("tenant", tenant.value()).update();
    office.house.contracts.refresh();
    for (String instant : instants) {
      office.at(instant);
      office.use(tenant, 1_000_000, 0, 0);
    }
    office.at("2026-11-02T00:00:00Z");
    office.close(SEPTEMBER);
    office.close(OCTOBER);
    Invoice september = office.latest(tenant, SEPTEMBER);
    Invoice october = office.latest(tenant, OCTOBER);
    assertThat(september.until()).isEqualTo(october.from());
    assertThat(september.totals().net() + october.totals().net()).isEqualTo(4 * 300);
  }

  @Test
  void whatIsSettledWhileTheCutIsMadeIsBilledOnce() throws Exception {
    TenantId tenant = office.paying(1_000);
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    var settling = Thread.ofPlatform().start(() -> {
      while (!stop.get()) {
        office.use(tenant, 1_000, 0, 0);
      }
    });
    office.house.jdbc.sql("SELECT pg_sleep(0.2)").query((row, number) -> 0).list();
    office.house.contracts.refresh();
    // Requests still arrive in September by the gateway's clock; the month is closed by one that is ahead.
    var ahead = new MonthClose(office.house.pool, office.house.contracts, office.house.commitments,
        CloseSettings.DEFAULT, java.time.Clock.fixed(Instant.parse("2026-10-02T00:00:00Z"), ZoneOffset.UTC));
    ahead.closeWithoutWaiting(SEPTEMBER, "test");
    office.house.jdbc.sql("SELECT pg_sleep(0.2)").query((row, number) -> 0).list();
    stop.set(true);
    settling.join();
    office.at("2026-11-02T00:00:00Z");
    office.close(OCTOBER);
    long used = office.house.usageRows(tenant);
    List<Invoice> invoices = office.invoices.of(tenant);
    assertThat(invoices).hasSize(2).allSatisfy(invoice -> assertThat(invoice.lines()).isNotEmpty());
    assertThat(invoices.stream().flatMap(invoice -> invoice.lines().stream())
        .mapToLong(Invoice.Line::requests).sum())
        .isEqualTo(used);
    assertThat(invoices)
        .allSatisfy(invoice -> assertThat(office.invoices.recompute(invoice.id()).exact()).isTrue());
  }

  @Test
  void eightyOneRoundedLinesDoNotDrift() {
    TenantId tenant = office.paying(1_000);
    for (int i = 0; i < 81; i++) {
      var request = office.request(tenant).of("model-" + i);
      dev.tollgate.billing.funds.Request.settled(request.hold(1_500, 1), request.used(1_500, 0, 0));
    }
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    Invoice invoice = office.only(tenant);
    // 81 lines of 0.45 cents: each rounds to nothing, together they are 36.45 cents.
    assertThat(invoice.lines()).hasSize(81);
    assertThat(invoice.totals().net()).isEqualTo(36);
    assertThat(invoice.lines().stream().mapToLong(Invoice.Line::amount).sum()).isEqualTo(36);
    assertThat(invoice.lines()).allSatisfy(line -> assertThat(line.amount()).isBetween(0L, 1L));
  }

  @Test
  void twoInstancesThatCloseAtOnceWriteEachDraftOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      office.use(office.paying(100), 1_000_000 + i, 0, 0);
    }
    office.at("2026-10-02T00:00:00Z");
    office.house.contracts.refresh();
    var first = Thread.ofPlatform().start(() -> office.closing.closeWithoutWaiting(SEPTEMBER, "one"));
    var second = Thread.ofPlatform()
        .start(() -> office.closing(office.house.pool).closeWithoutWaiting(SEPTEMBER, "two"));
    first.join();
    second.join();
    assertThat(text(office.closing.close(SEPTEMBER, "three"))).isEqualTo("drafted 20 of 20");
    assertThat(office.house.jdbc.sql("SELECT count(*) FROM billing.invoice").query(Long.class).single())
        .isEqualTo(20);
    assertThat(office.invoices.finalise(SEPTEMBER, "test")).isEqualTo(new Finalised(20, List.of()));
    assertThat(office.house.jdbc.sql("SELECT count(*) FROM billing.usage_sum").query(Long.class).single())
        .isZero();
  }
}
