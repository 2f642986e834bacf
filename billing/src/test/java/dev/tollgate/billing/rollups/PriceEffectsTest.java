package dev.tollgate.billing.rollups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.PriceEffects.Effect;
import dev.tollgate.billing.PriceEffects.OfTenant;
import dev.tollgate.billing.funds.House;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.YearMonth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PriceEffectsTest {

  private static final long DOLLAR = 1_000_000_000_000L;
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

  private final House house = new House();
  private final House.Instance instance = house.quietInstance(House.QUICK);
  private final RolledPriceEffects effects = new RolledPriceEffects(house.pool);

  @AfterEach
  void close() {
    house.close();
  }

  private long planned(String model) {
    return house.jdbc.sql("""
        INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token)
        VALUES (?, '*', 'OUTPUT', 'USD', tstzrange('2026-12-01Z', NULL), 9000000) RETURNING id""")
        .param(model)
        .query(Long.class).single();
  }

  private Effect effect(long price) {
    return effects.of(price, NOVEMBER, 10).orElseThrow();
  }

  @Test
  void pricesAnewWhatTheVersionWouldHaveAppliedTo() {
    instance.beat();
    TenantId much = house.paying(100 * DOLLAR);
    TenantId little = house.paying(100 * DOLLAR);
    TenantId other = house.paying(100 * DOLLAR);
    instance.request(much).of("model-a").run(1_000, 0, 300);
    instance.request(little).of("model-a").run(1_000, 0, 50);
    instance.request(little).of("model-b").run(1_000, 0, 70);
    instance.request(other).of("model-b").run(1_000, 0, 70);
    new RollUps(house.pool).foldSettledBefore(Instant.MAX);
    Effect effect = effect(planned("model-a"));
    assertThat(effect.currency()).isEqualTo("USD");
    assertThat(effect.tenants()).isEqualTo(2);
    assertThat(effect.tokens()).isEqualTo(350);
    assertThat(effect.present()).isEqualTo(BigInteger.valueOf(350 * 6_000_000L));
    assertThat(effect.planned()).isEqualTo(BigInteger.valueOf(350 * 9_000_000L));
    assertThat(effect.greatest()).extracting(OfTenant::tenant).containsExactly(much, little);
  }

  @Test
  void aVersionThatIsInForceChangesNothingAndOneThatNobodyUsedHasNoEffect() {
    instance.beat();
    TenantId tenant = house.paying(100 * DOLLAR);
    instance.request(tenant).of("model-a").run(1_000, 0, 300);
    new RollUps(house.pool).foldSettledBefore(Instant.MAX);
    long present = house.jdbc
        .sql(
            """
                SELECT id FROM billing.price WHERE model = '*' AND region = '*' AND token_class = 'OUTPUT' AND currency = 'USD'
                """)
        .query(Long.class).single();
    Effect same = effect(present);
    assertThat(same.planned()).isEqualTo(same.present()).isEqualTo(BigInteger.valueOf(300 * 6_000_000L));
    Effect none = effect(planned("model-c"));
    assertThat(none.tenants()).isZero();
    assertThat(none.planned()).isZero();
    assertThat(effects.of(Long.MAX_VALUE, NOVEMBER, 10)).isEmpty();
  }
}
