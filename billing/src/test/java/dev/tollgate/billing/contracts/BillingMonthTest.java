package dev.tollgate.billing.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillingMonthTest {

  @ParameterizedTest(name = "{1} in {0} falls in [{2}, {3})")
  @CsvSource({
      // zone, instant, from, until
      "UTC, 2026-10-31T23:59:59.999Z, 2026-10-01T00:00:00Z, 2026-11-01T00:00:00Z",
      "UTC, 2026-11-01T00:00:00Z, 2026-11-01T00:00:00Z, 2026-12-01T00:00:00Z",
      "Pacific/Kiritimati, 2026-10-31T09:59:59.999Z, 2026-09-30T10:00:00Z, 2026-10-31T10:00:00Z",
      "Pacific/Kiritimati, 2026-10-31T10:00:00Z, 2026-10-31T10:00:00Z, 2026-11-30T10:00:00Z",
      "-12:00, 2026-11-01T11:59:59.999Z, 2026-10-01T12:00:00Z, 2026-11-01T12:00:00Z",
      "-12:00, 2026-11-01T12:00:00Z, 2026-11-01T12:00:00Z, 2026-12-01T12:00:00Z",
      "Europe/Berlin, 2026-10-25T01:30:00Z, 2026-09-30T22:00:00Z, 2026-10-31T23:00:00Z",
      "America/Sao_Paulo, 2028-02-29T12:00:00Z, 2028-02-01T03:00:00Z, 2028-03-01T03:00:00Z"})
  void monthsAreHalfOpenIntervalsOfTheTenantsZone(ZoneId zone, Instant at, Instant from, Instant until) {
    assertThat(BillingMonth.at(at, zone)).isEqualTo(new BillingMonth(from, until));
  }
}
