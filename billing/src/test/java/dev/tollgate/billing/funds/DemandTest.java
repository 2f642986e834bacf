package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class DemandTest {

  private static final long OUTPUT_PRICE = 6_000_000;
  private static final int WINDOW = 512;

  /** One stream of a hundred tokens a second, which takes a window about every five seconds. */
  @Test
  void aStreamHasWhatAnOutageOfAMinuteTakesAtHand() {
    try (var house = new House()) {
      House.Instance instance = house.quietInstance(FundsSettings.DEFAULT, DelegatingDataSource::new,
          SettlementJournal.none());
      instance.beat();
      TenantId tenant = house.paying(1_000_000 * OUTPUT_PRICE);
      Request request = instance.request(tenant);
      Hold stream = request.hold(0, 64);
      for (int window = 0; window < 3; window++) {
        assertThat(stream.extend(WINDOW)).isEqualTo(WINDOW);
        for (int tick = 0; tick < 25; tick++) {
          instance.funds.tick();
        }
      }
      // From here on nothing is fetched: the ticks are over, and what is at hand has to do.
      long before = house.leased(tenant).longValueExact();
      for (int window = 0; window < 12; window++) {
        house.time.move(Duration.ofMillis(500));
        assertThat(stream.extend(WINDOW)).isEqualTo(WINDOW);
      }
      assertThat(house.leased(tenant)).isEqualTo(before);
      Request.settled(stream, request.used(0, 0, 15 * WINDOW));
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }
}
