package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Hold;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PriceChangeTest {

  private static final long DOLLAR = 1_000_000_000_000L;

  private final House house = new House();
  private final House.Instance instance = house.instance();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private void price(String model, String tokenClass, long pico, Instant from) {
    house.jdbc.sql("""
        INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token)
        VALUES (:model, '*', :class, 'USD', tstzrange(CAST(:from AS timestamptz), NULL), :pico)
        """).param("model", model).param("class", tokenClass).param("from", from.toString())
        .param("pico", pico)
        .update();
    house.catalogue.refresh();
  }

  @Test
  void aRequestIsHeldAtTheDearestPriceUntilItsDeadlineAndPaysTheOneAtItsEnd() {
    Instant now = house.time.clock().instant();
    price("dear-soon", "OUTPUT", 12_000_000, now.plusSeconds(60));
    TenantId tenant = house.paying(100 * 12_000_000L);
    var before = instance.request(tenant).of("dear-soon");
    Hold ended = before.hold(0, 100);
    assertThat(Request.settled(ended, before.used(0, 0, 50)).amountPico()).isEqualTo(50 * 6_000_000L);
    var across = instance.request(tenant).of("dear-soon");
    Hold hold = across.hold(0, 75);
    house.time.move(Duration.ofSeconds(60));
    assertThat(Request.settled(hold, across.used(0, 0, 75)).amountPico()).isEqualTo(75 * 12_000_000L);
  }

  @Test
  void aPriceThatRisesUnannouncedChargesARunningRequestWhatItWasHeldAt() {
    TenantId tenant = house.paying(DOLLAR);
    var request = instance.request(tenant).of("risen");
    Hold hold = request.hold(0, 100);
    price("risen", "OUTPUT", 60_000_000, house.time.clock().instant());
    assertThat(hold.extend(10)).isEqualTo(10);
    assertThat(Request.settled(hold, request.used(0, 0, 110)).amountPico())
        .isEqualTo(100 * 6_000_000L + 10 * 60_000_000L);
    assertThat(house.jdbc
        .sql(
            """
                SELECT concat_ws(' ', l ->> 'tokens', l ->> 'unit_price', p.pico_per_token)
                FROM billing.usage u CROSS JOIN json_array_elements(u.lines) l JOIN billing.price p ON p.id = (l ->> 'price')::bigint
                WHERE u.tenant_id = :tenant
                """)
        .param("tenant", tenant.value()).query(String.class).list())
        .containsExactly("100 6000000 6000000", "10 60000000 60000000");
    assertThat(instance.request(tenant).of("risen").run(0, 0, 1).amountPico()).isEqualTo(60_000_000L);
    assertThat(instance.request(tenant).of("another").run(0, 0, 1).amountPico()).isEqualTo(6_000_000L);
  }
}
