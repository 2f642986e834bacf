package dev.tollgate.billing.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Closing.Progress;
import dev.tollgate.billing.Closing.Stage;
import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.invoicing.MonthClose;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Months that close by themselves. It is the middle of November. */
class ScheduledCloseTest {

  private static final YearMonth SEPTEMBER = YearMonth.of(2026, 9);
  private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final House house = new House();

  ScheduledCloseTest() {
    house.funding.payAsYouGo(new TenantId(UUID.randomUUID()), "USD", ZoneOffset.UTC, 0,
        Instant.parse("2026-09-01T00:00:00Z"));
    house.contracts.refresh();
  }

  @AfterEach
  void close() {
    house.close();
  }

  private static InvoicingProperties properties(boolean automatic) {
    return new InvoicingProperties(automatic, OFTEN, Duration.ofHours(1), 1);
  }

  private MonthClose closing() {
    return new MonthClose(house.pool, house.contracts, house.commitments, properties(true).settings(),
        house.time.clock());
  }

  @Test
  void monthsThatHaveEndedAreClosedOnceAlthoughTwoInstancesLookForThem() {
    MonthClose closing = closing();
    assertThat(closing.due()).containsExactly(SEPTEMBER, OCTOBER);
    var one = new ScheduledClose(closing, properties(true));
    var another = new ScheduledClose(closing(), properties(true));
    one.start();
    another.start();
    try {
      await().atMost(SOON).until(() -> closing.due().isEmpty()
          && closing.months().stream().allMatch(month -> month.stage() == Stage.DRAFTED));
    } finally {
      one.stop();
      another.stop();
    }
    assertThat(closing.months()).extracting(Progress::month).containsExactly(OCTOBER, SEPTEMBER);
    assertThat(house.jdbc.sql("SELECT DISTINCT begun_by FROM billing.close").query(String.class).list())
        .containsExactly("schedule");
  }

  @Test
  void whereThatIsSwitchedOffOnlyWhatSomebodyBeganIsCarriedOn() {
    MonthClose closing = closing();
    assertThat(closing.begin(SEPTEMBER, "accountant", false)).isNotInstanceOf(Outcome.Refused.class);
    var schedule = new ScheduledClose(closing, properties(false));
    schedule.start();
    try {
      await().atMost(SOON)
          .until(() -> closing.progress(SEPTEMBER).orElseThrow().stage() == Stage.DRAFTED);
    } finally {
      schedule.stop();
    }
    assertThat(closing.due()).containsExactly(OCTOBER);
  }
}
