package dev.tollgate.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettlementFaultsTest {

  private static final long OUTPUT_PRICE = 6_000_000;

  private final House house = new House();
  private final FaultyDatabase faults = new FaultyDatabase();
  private House.Instance instance;
  private TenantId tenant;

  @BeforeEach
  void start() {
    instance = house.quietInstance(House.QUICK, real -> {
      faults.setTargetDataSource(real);
      return faults;
    });
    instance.funds.start();
    tenant = house.paying(1_000 * OUTPUT_PRICE);
  }

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @ParameterizedTest(name = "SQLSTATE {0}")
  @ValueSource(strings = {"08006", "57P01", "40001", "40P01", "53300"})
  void aCommitThatFailsIsTriedAgainAndBillsOnceWhetherItHappenedOrNot(String sqlState) {
    faults.sqlState = sqlState;
    faults.failBeforeCommit.set(2);
    instance.request(tenant).run(0, 0, 100);
    faults.failAfterCommit.set(2);
    Receipt receipt = instance.request(tenant).run(0, 0, 200);
    assertThat(receipt.amountPico()).isEqualTo(200 * OUTPUT_PRICE);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(700 * OUTPUT_PRICE));
    assertThat(house.usageRows(tenant)).isEqualTo(2);
  }

  @Test
  void afterACommitOfUnknownOutcomeJustWhatIsLeftCanStillBeSpent() {
    faults.failAfterCommit.set(1);
    instance.request(tenant).run(0, 0, 400);
    assertThat(instance.request(tenant).hold(0, 1_000).coveredOutputTokens()).isEqualTo(600);
  }

  @Test
  void aRequestThatIsSettledTwiceInOneBatchOrLaterIsBilledOnce() throws Exception {
    SettlementStore store = SettlementStore.inDatabase(house.pool);
    List<Settlement> settlements = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      settlements.add(settlement(i));
    }
    var batch = UUID.randomUUID();
    var twice = store.write(batch,
        List.of(settlements.get(0), settlements.get(1), settlements.get(0)));
    assertThat(twice).extracting(SettlementFaultsTest::drew).containsExactly(true, true, false);
    assertThat(store.write(batch, settlements.subList(0, 2))).extracting(SettlementFaultsTest::drew)
        .containsExactly(true, true);
    assertThat(store.write(UUID.randomUUID(), settlements)).extracting(SettlementFaultsTest::drew)
        .containsExactly(false, false, true);
    assertThat(house.usageRows(tenant)).isEqualTo(3);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(700 * OUTPUT_PRICE));
  }

  @Test
  void twoWritersThatSettleTheSameRequestsBillThemOnce() throws Exception {
    SettlementStore store = SettlementStore.inDatabase(house.pool);
    List<Settlement> settlements = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      settlements.add(settlement(i));
    }
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Long> writer = () -> {
        while (true) {
          try {
            return store.write(UUID.randomUUID(), settlements).stream().filter(SettlementFaultsTest::drew)
                .count();
          } catch (SettlementStore.FaultException e) {
            Thread.onSpinWait();
          }
        }
      };
      long firsts = 0;
      for (var done : executor.invokeAll(List.of(writer, writer, writer, writer))) {
        firsts += done.get();
      }
      assertThat(firsts).isEqualTo(10);
    }
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.ZERO);
    assertThat(house.loss(tenant, "USD")).isEqualTo(BigInteger.ZERO);
  }

  /** A request of a hundred tokens that this instance holds and never settles itself. */
  private static boolean drew(SettlementStore.Result result) {
    return !result.drawn().lines().isEmpty();
  }

  private Settlement settlement(int number) {
    Request request = instance.request(tenant);
    request.hold(0, 100);
    long account = house.jdbc
        .sql("SELECT account_id FROM billing.fund WHERE tenant_id = :tenant AND kind = 'MONEY'")
        .param("tenant", tenant.value()).query(Long.class).single();
    long epoch = house.jdbc.sql("SELECT max(epoch) FROM billing.instance").query(Long.class).single();
    var line = new Line(TokenClass.OUTPUT, account, FundKind.MONEY, 100, 3, OUTPUT_PRICE, 100 * OUTPUT_PRICE);
    return new Settlement(request.id(), request.payer(), 1, "USD", "model-" + number, "eu",
        Instant.parse("2026-11-15T12:00:00Z"), epoch, request.used(0, 0, 100),
        new Bill(List.of(line), line.amount(), 0, 0), List.of());
  }

  @Test
  void oneBadSettlementFailsAloneAndItsFundsAreFreeAgain() {
    List<Hold> holds = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      requests.add(instance.request(tenant));
      holds.add(requests.getLast().hold(0, 100));
    }
    List<CompletionStage<Receipt>> settled = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Consumption good = requests.get(i).used(0, 0, 100);
      settled.add(holds.get(i).settle(i == 6 ? bad(good) : good));
    }
    for (int i = 0; i < 10; i++) {
      var future = settled.get(i).toCompletableFuture();
      if (i == 6) {
        assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS)).hasMessageContaining("0x00");
      } else {
        assertThat(future).succeedsWithin(Duration.ofSeconds(10));
      }
    }
    assertThat(house.usageRows(tenant)).isEqualTo(9);
    assertThat(instance.request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(100);
  }

  @Test
  void aUsageRowExplainsItself() {
    instance.request(tenant).run(10, 5, 20);
    assertThat(lines(tenant)).containsExactly("INPUT MONEY 10 3000000 30000000",
        "INPUT_CACHED MONEY 5 300000 1500000",
        "OUTPUT MONEY 20 6000000 120000000");
    TenantId buyer = house.paying(0);
    assertThat(house.packs.buy(buyer, new Order(new Size.Tokens(1_000_000), "USD", Payment.RECORDED, "pack")))
        .isInstanceOf(Purchase.Bought.class);
    instance.request(buyer).run(10, 5, 20);
    // In thousandths of a pack token.
    assertThat(lines(buyer)).containsExactly("INPUT PACK 10 1000 10000", "INPUT_CACHED PACK 5 100 500",
        "OUTPUT PACK 20 2000 40000");
  }

  private List<String> lines(TenantId of) {
    return house.jdbc
        .sql(
            """
                SELECT concat_ws(' ', line->>'class', line->>'fund', line->>'tokens', line->>'unit_price', line->>'amount')
                FROM billing.usage, json_array_elements(lines) WITH ORDINALITY AS l(line, number)
                WHERE tenant_id = :tenant ORDER BY number
                """)
        .param("tenant", of.value()).query(String.class).list();
  }

  static Consumption bad(Consumption good) {
    // PostgreSQL stores no NUL in text.
    return new Consumption(new Usage(0, 0, good.usage().outputTokens()), Outcome.COMPLETED, "/v1/\u0000",
        null, null,
        Instant.parse("2026-11-15T12:00:00Z"));
  }
}
