package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Agreements.Agreement;
import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.ServiceLevels.Report;
import dev.tollgate.billing.ServicePromises.Credit;
import dev.tollgate.billing.ServicePromises.Promise;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.servicelevels.AgreedPromises;
import dev.tollgate.billing.servicelevels.CountedRefusals;
import dev.tollgate.billing.servicelevels.MeasuredServiceLevels;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an enterprise tenant was promised, measured from its requests, and the credit on its invoice. */
class ServiceLevelTest {

  private final Office office = new Office();
  private final MeasuredServiceLevels levels = new MeasuredServiceLevels(office.house.pool);
  private final TenantId tenant = office.newTenant();

  ServiceLevelTest() {
    office.house.funding.enterprise(tenant,
        new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * Office.DOLLAR),
        Instant.parse("2026-09-10T12:00:00Z"));
    office.house.contracts.refresh();
    office.at("2026-09-12T12:00:00Z");
  }

  @AfterEach
  void close() {
    office.close();
  }

  /** Requests that are settled together, as they are under load. */
  private void requests(int count, Outcome outcome, long prompt, long firstTokenMillis) {
    var settlements = new ArrayList<CompletableFuture<Receipt>>();
    boolean failed = outcome == Outcome.BACKEND_FAILED;
    for (int i = 0; i < count; i++) {
      Instant now = office.house.time.clock().instant();
      Hold hold = office.request(tenant).hold(prompt, 10);
      settlements.add(hold.settle(
          new Consumption(new Usage(prompt, 0, failed ? 0 : 10), outcome, "/v1/chat/completions", "backend-1",
              failed ? null : now.plusMillis(firstTokenMillis), now.plusSeconds(2)))
          .toCompletableFuture());
    }
    settlements.forEach(settlement -> settlement.orTimeout(20, TimeUnit.SECONDS).join());
  }

  private Report closed() {
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    List<Report> reports = levels.of(tenant);
    assertThat(reports).hasSize(1);
    return reports.getFirst();
  }

  private List<Invoice.Line> credits() {
    return office.only(tenant).lines().stream().filter(line -> line.kind() == LineKind.SLA_CREDIT).toList();
  }

  @ParameterizedTest
  @CsvSource({"0, 1000000, 0", "1, 990000, 1000", "2, 980000, 2500", "6, 940000, 5000"})
  void whatWasNotAnsweredIsCreditedByTheTable(int failed, long ppm, int basisPoints) {
    requests(100 - failed, Outcome.COMPLETED, 1_000, 50);
    requests(failed, Outcome.BACKEND_FAILED, 1_000, 0);
    Report report = closed();
    assertThat(report.counted()).isEqualTo(100);
    assertThat(report.failed()).isEqualTo(failed);
    assertThat(report.availabilityPpm()).isEqualTo(ppm);
    assertThat(report.available()).isEqualTo(failed == 0);
    assertThat(report.creditBasisPoints()).isEqualTo(basisPoints);
    long usage = (100 - failed) * (1_000 * 2_100_000L + 10 * 4_200_000L);
    assertThat(report.usage().pico().longValueExact()).isEqualTo(usage);
    assertThat(report.credit().pico().longValueExact()).isEqualTo(usage * basisPoints / 10_000);
    assertThat(credits()).hasSize(basisPoints == 0 ? 0 : 1)
        .allSatisfy(line -> assertThat(line.exactPico()).isEqualTo(report.credit().pico().negate()));
    assertThat(office.invoices.recompute(office.only(tenant).id()).exact()).isTrue();
  }

  @Test
  void whatTheClientEndedIsNotCounted() {
    requests(9, Outcome.COMPLETED, 100, 50);
    requests(1, Outcome.INTERRUPTED, 100, 50);
    requests(5, Outcome.CLIENT_DISCONNECTED, 100, 50);
    requests(3, Outcome.FUNDS_EXHAUSTED, 100, 50);
    Report report = closed();
    assertThat(report.counted()).isEqualTo(10);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.excluded()).isEqualTo(8);
  }

  @Test
  void whatTheModelsServerRefusedCountsForNeitherObjectiveAndCostsNothing() {
    requests(19, Outcome.COMPLETED, 1_000, 180);
    requests(1, Outcome.BACKEND_FAILED, 1_000, 0);
    requests(5, Outcome.REQUEST_REFUSED, 1_000, 900);
    Report report = closed();
    assertThat(report.counted()).isEqualTo(20);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.excluded()).isEqualTo(5);
    assertThat(report.firstTokens()).isEqualTo(19);
    assertThat(report.firstTokenMillis()).hasValue(180);
    assertThat(report.usage().pico().longValueExact()).isEqualTo(19 * (1_000 * 2_100_000L + 10 * 4_200_000L));
    assertThat(levels.measure(tenant, SEPTEMBER)).containsExactly(report);
  }

  @Test
  void whatTheGatewayRefusedForReasonsOfItsOwnLowersTheAvailability() {
    var refusals = new CountedRefusals(office.house.contracts, office.house.pool, office.house.time.clock());
    requests(98, Outcome.COMPLETED, 1_000, 50);
    refusals.count(tenant, Instant.parse("2026-09-30T23:59:59Z"));
    refusals.count(tenant, Instant.parse("2026-09-12T12:00:00Z"));
    refusals.count(tenant, Instant.parse("2026-10-01T00:00:00Z"));
    refusals.write();
    Report report = closed();
    assertThat(report.counted()).isEqualTo(100);
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.refused()).isEqualTo(2);
    assertThat(report.availabilityPpm()).isEqualTo(980_000);
    assertThat(report.creditBasisPoints()).isEqualTo(2_500);
    assertThat(credits()).singleElement()
        .satisfies(line -> assertThat(line.exactPico()).isEqualTo(report.credit().pico().negate()));
    assertThat(levels.measure(tenant, SEPTEMBER)).containsExactly(report);
    assertThat(levels.measure(tenant, Office.OCTOBER)).singleElement()
        .satisfies(october -> assertThat(october.availabilityPpm()).isZero());
  }

  @Test
  void theTimeToTheFirstTokenIsThatOfThePercentileOfShortPrompts() {
    requests(95, Outcome.COMPLETED, 4_096, 180);
    requests(5, Outcome.COMPLETED, 4_096, 900);
    requests(30, Outcome.COMPLETED, 4_097, 5_000);
    Report report = closed();
    assertThat(report.firstTokens()).isEqualTo(100);
    assertThat(report.firstTokenMillis()).hasValue(180);
    assertThat(report.quick()).isTrue();
    assertThat(levels.measure(tenant, SEPTEMBER)).containsExactly(report);
  }

  @Test
  void aMissedTimeToTheFirstTokenIsReportedAndNotCredited() {
    requests(90, Outcome.COMPLETED, 100, 180);
    requests(10, Outcome.COMPLETED, 100, 201);
    Report report = closed();
    assertThat(report.quick()).isFalse();
    assertThat(report.creditBasisPoints()).isZero();
  }

  @Test
  void aDraftThatIsWrittenAnewIsCreditedOnce() {
    requests(9, Outcome.COMPLETED, 100_000, 50);
    requests(1, Outcome.BACKEND_FAILED, 100_000, 0);
    closed();
    office.invoices.redraft(office.only(tenant).id());
    assertThat(credits()).hasSize(1);
    assertThat(credits().getFirst().description()).contains("availability 90 %, 50 %");
    assertThat(levels.of(tenant)).hasSize(1);
  }

  @Test
  void tenantsThatWerePromisedNothingHaveNoReport() {
    TenantId other = office.paying(100);
    office.use(other, 1_000_000, 0, 0);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    assertThat(levels.of(other)).isEmpty();
    assertThat(levels.measure(other, SEPTEMBER)).isEmpty();
  }

  @Test
  void aPromiseOfTheContractsOwnIsAgreedBeforeItBeginsAndComesBeforeThePlans() {
    var promises = new AgreedPromises(office.house.pool, office.house.time.clock());
    long inForce = office.house.contracts.all(tenant).getFirst().id();
    assertThat(promises.of(inForce).orElseThrow().credits().getFirst()).isEqualTo(new Credit(999_000, 1_000));
    var stricter = new Promise(100, 99, 1_000,
        List.of(new Credit(999_900, 2_000), new Credit(900_000, 10_000)));
    assertThat(promises.agree(tenant, inForce, stricter)).isInstanceOfSatisfying(Decision.Refused.class,
        refused -> assertThat(refused.rule()).startsWith("must not have begun"));
    office.house.funding.enterprise(tenant,
        new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * Office.DOLLAR),
        Instant.parse("2026-09-20T00:00:00Z"));
    office.house.contracts.refresh();
    long planned = office.house.contracts.all(tenant).getLast().id();
    assertThat(promises.agree(office.newTenant(), planned, stricter)).isInstanceOf(Decision.Refused.class);
    assertThat(promises.agree(tenant, planned, stricter)).isEqualTo(Decision.made(stricter));
    assertThat(promises.of(planned)).contains(stricter);
    office.at("2026-09-21T00:00:00Z");
    requests(99, Outcome.COMPLETED, 1_000, 50);
    requests(1, Outcome.BACKEND_FAILED, 1_000, 0);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    assertThat(levels.of(tenant)).filteredOn(report -> report.contract() == planned).singleElement()
        .satisfies(report -> {
          assertThat(report.objectives().availabilityPpm()).isEqualTo(999_900);
          assertThat(report.creditBasisPoints()).isEqualTo(2_000);
        });
  }

  @Test
  void aPromiseThatNobodyCanKeepApartIsRefused() {
    var promises = new AgreedPromises(office.house.pool, office.house.time.clock());
    office.house.funding.enterprise(tenant,
        new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * Office.DOLLAR),
        Instant.parse("2026-09-20T00:00:00Z"));
    office.house.contracts.refresh();
    long planned = office.house.contracts.all(tenant).getLast().id();
    List<Credit> credits = List.of(new Credit(999_000, 1_000), new Credit(990_000, 2_500));
    Map.of("firstTokenMillis", new Promise(0, 95, 4_096, credits), "firstTokenPercent",
        new Promise(200, 100, 4_096, credits), "longestPrompt", new Promise(200, 95, 0, credits), "credits",
        new Promise(200, 95, 4_096, credits.reversed()))
        .forEach((field, promise) -> assertThat(promises.agree(tenant, planned, promise))
            .isInstanceOfSatisfying(Decision.Refused.class,
                refused -> assertThat(refused.field()).isEqualTo(field)));
    assertThat(
        promises.agree(tenant, planned, new Promise(200, 95, 4_096, List.of(new Credit(1_000_001, 1)))))
        .isInstanceOf(Decision.Refused.class);
  }
}
