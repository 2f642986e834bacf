package dev.tollgate.billing.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.TenantContracts.Agreed;
import dev.tollgate.billing.TenantContracts.Proposal;
import dev.tollgate.billing.funds.House;
import dev.tollgate.tenants.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rate less a contract's discount is a whole number of pico-units, however price and contract come together. */
class WholeRatesTest {

  private static final Instant JANUARY = Instant.parse("2040-01-01T00:00:00Z");
  private static final Instant FEBRUARY = Instant.parse("2040-02-01T00:00:00Z");
  private static final String RULE = "must leave every price of the list a whole number of pico-units after the discount of the contract";
  private static final String CONTRACT = """
      INSERT INTO billing.contract (tenant_id, plan, currency, zone, discount_basis_points, free_tokens_per_month, effective)
      VALUES (gen_random_uuid(), 'enterprise', 'CNY', 'UTC', 3000, 0, '[2040-03-01,)')""";
  private static final String PRICE = """
      INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token)
      VALUES (gen_random_uuid()::text, '*', 'OUTPUT', 'CNY', '[2040-03-01,)', 7)""";

  private static House house;
  private static AgreedContracts contracts;

  /** From March on there is a price of which 70 percent are no whole number. */
  @BeforeAll
  static void anOddPriceIsPlanned() {
    house = new House();
    contracts = new AgreedContracts(house.pool, house.contracts, house.catalogue, house.accounts,
        house.time.clock());
    house.jdbc.sql(PRICE.replace("CNY", "USD")).update();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void aContractIsNotWithdrawnWhereTheOneBeforeWouldMeetAnOddRate() {
    TenantId tenant = discounted("CNY", JANUARY, null);
    assertThat(contracts.conclude(tenant,
        new Proposal("pay-as-you-go", "CNY", ZoneOffset.UTC, 0, 0, FEBRUARY)))
        .isInstanceOf(Decision.Made.class);
    // Planned while the contract before ends in February.
    house.jdbc.sql(PRICE).update();
    try {
      Agreed last = contracts.of(tenant).getLast();
      assertThat(contracts.withdraw(tenant, last.id())).isEqualTo(Decision.refused("contract", RULE));
      assertThat(contracts.of(tenant).getLast()).isEqualTo(last);
    } finally {
      forgetWhatIsInYuan();
    }
  }

  @Test
  void aContractDoesNotGoOnUntilItMeetsAnOddRate() {
    TenantId tenant = discounted("USD", Instant.parse("2026-01-01T00:00:00Z"), FEBRUARY);
    long contract = contracts.of(tenant).getLast().id();
    assertThat(contracts.end(tenant, contract, JANUARY)).isInstanceOf(Decision.Made.class);
    assertThat(contracts.end(tenant, contract, Instant.parse("2040-04-01T00:00:00Z")))
        .isEqualTo(Decision.refused("until", RULE));
    assertThat(contracts.of(tenant).getLast().until()).isEqualTo(JANUARY);
  }

  private static TenantId discounted(String currency, Instant from, @Nullable Instant until) {
    var tenant = new TenantId(UUID.randomUUID());
    house.jdbc
        .sql(
            """
                INSERT INTO billing.contract (tenant_id, plan, currency, zone, discount_basis_points, free_tokens_per_month, effective)
                VALUES (:tenant, 'enterprise', :currency, 'UTC', 3000, 0, tstzrange(CAST(:from AS timestamptz), CAST(:until AS timestamptz)))
                """)
        .param("tenant", tenant.value())
        .param("currency", currency)
        .param("from", from.toString())
        .param("until", until == null ? null : until.toString()).update();
    return tenant;
  }

  @ParameterizedTest(name = "{0} first")
  @CsvSource({"a contract, true", "a price, false"})
  void ofAContractAndAPriceThatAreWrittenAtTheSameTimeTheLaterSeesTheEarlier(String what,
      boolean contractFirst) throws Exception {
    try (Connection one = house.pool.getConnection(); Connection other = house.pool.getConnection()) {
      one.setAutoCommit(false);
      write(one, contractFirst ? CONTRACT : PRICE);
      CompletableFuture<Void> later = CompletableFuture
          .runAsync(() -> write(other, contractFirst ? PRICE : CONTRACT), Thread::startVirtualThread);
      await().until(() -> later.isDone() || isAnyoneWaiting());
      one.commit();
      assertThat(later).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
          .withMessageContaining("whole number of pico-units");
    } finally {
      forgetWhatIsInYuan();
    }
  }

  private static void forgetWhatIsInYuan() {
    house.jdbc.sql("DELETE FROM billing.contract WHERE currency = 'CNY'").update();
    house.jdbc.sql("DELETE FROM billing.price WHERE currency = 'CNY' AND pico_per_token = 7").update();
  }

  private static boolean isAnyoneWaiting() {
    return house.jdbc.sql("""
        SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """).query(Boolean.class).single();
  }

  private static void write(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }
}
