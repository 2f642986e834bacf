package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrashTest {

  private static final long OUTPUT_PRICE = 6_000_000;
  private static final int KILLS = 5;
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration BETWEEN_KILLS = Duration.ofMillis(50);

  private final House house = new House();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  /** An instance that may judge others: it has been renewing for longer than anyone may be silent. */
  private House.Instance experienced() {
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.funds.beat();
    for (int i = 0; i < 7; i++) {
      house.time.move(Duration.ofSeconds(2));
      instance.funds.beat();
    }
    return instance;
  }

  @Test
  void afterACrashItsHoldsAreFreeAgainAndWhatItSettledStaysSettled() {
    House.Instance survivor = experienced();
    House.Instance doomed = house.instance();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    doomed.request(tenant).run(0, 0, 100);
    doomed.request(tenant).hold(0, 900);
    doomed.crash();
    assertThat(survivor.request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
    house.silence(doomed);
    survivor.funds.beat();
    assertThat(survivor.request(tenant).hold(0, 900).coveredOutputTokens()).isEqualTo(900);
    assertThat(house.usageRows(tenant)).isEqualTo(1);
  }

  @Test
  void aNewcomerReclaimsNothingBeforeItHasRenewedForLongEnough() {
    House.Instance doomed = house.instance();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    doomed.request(tenant).hold(0, 1_000);
    doomed.crash();
    house.silence(doomed);
    House.Instance newcomer = house.quietInstance(House.QUICK);
    newcomer.funds.beat();
    assertThat(newcomer.request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
    for (int i = 0; i < 7; i++) {
      house.time.move(Duration.ofSeconds(2));
      newcomer.funds.beat();
    }
    assertThat(newcomer.request(tenant).hold(0, 1_000).coveredOutputTokens()).isEqualTo(1_000);
  }

  @Test
  void anInstanceThatCannotRenewFencesItself() {
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.funds.beat();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Hold hold = instance.request(tenant).hold(0, 10);
    house.time.move(Duration.ofSeconds(9));
    assertThat(instance.request(tenant).refusal(0, 10)).isEqualTo(Refusal.UNAVAILABLE);
    assertThat(hold.extend(10)).isZero();
    instance.funds.beat();
    assertThat(hold.extend(10)).isEqualTo(10);
  }

  @Test
  void aSettlementAfterItsLeaseWasLostDrawsWhatIsLeftAndTheOperatorBearsTheRest() {
    House.Instance survivor = experienced();
    House.Instance lost = house.quietInstance(House.QUICK);
    lost.funds.beat();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    var late = lost.request(tenant);
    Hold hold = late.hold(0, 900);
    house.silence(lost);
    survivor.funds.beat();
    survivor.request(tenant).run(0, 0, 700);
    survivor.shutDown();
    Receipt receipt = Request.settled(hold, late.used(0, 0, 800));
    assertThat(receipt.amountPico()).isEqualTo(800 * OUTPUT_PRICE);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.ZERO);
    assertThat(house.loss(tenant, "USD")).isEqualTo(BigInteger.valueOf(500 * OUTPUT_PRICE));
    assertThat(house.usageRows(tenant)).isEqualTo(2);
  }

  @Test
  void anInstanceThatWasTakenForDeadComesBackUnderANewEpoch() {
    House.Instance survivor = experienced();
    House.Instance back = house.quietInstance(House.QUICK);
    back.funds.beat();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Hold old = back.request(tenant).hold(0, 900);
    house.silence(back);
    survivor.funds.beat();
    back.funds.beat();
    assertThat(old.extend(10)).isZero();
    old.release();
    assertThat(back.request(tenant).hold(0, 1_000).coveredOutputTokens()).isEqualTo(1_000);
  }

  @Test
  void aShutdownGivesEverythingBackAtOnce() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    instance.request(tenant).run(0, 0, 100);
    instance.shutDown();
    assertThat(house.leased(tenant)).isEqualTo(BigInteger.ZERO);
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
  }

  @Test
  void anIdleShareGoesBackToTheDatabase() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    instance.request(tenant).run(0, 0, 100);
    await().atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(house.leased(tenant)).isEqualTo(BigInteger.ZERO));
  }

  /** Goes on until so many connections were killed at work. */
  @Test
  void aConnectionKilledInMidFlightBillsOnce() throws InterruptedException {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(1_000_000 * OUTPUT_PRICE);
    var over = new AtomicBoolean();
    var killed = new AtomicInteger();
    var killer = Thread.ofVirtual().start(() -> {
      while (!over.get()) {
        int now = house.jdbc.sql("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
              AND (query LIKE '%billing.usage%' OR query = 'COMMIT')
            """).query(Boolean.class).list().size();
        killed.addAndGet(now);
        // Or nothing would ever get through.
        LockSupport.parkNanos(now == 0 ? 0 : BETWEEN_KILLS.toNanos());
      }
    });
    long billed = 0;
    int asked = 0;
    long deadline = System.nanoTime() + LONGEST.toNanos();
    // Some are killed just when their work is done, which harms nothing.
    while ((killed.get() < KILLS || instance.settlements.faults() == 0 || asked < 100)
        && System.nanoTime() - deadline < 0) {
      asked++;
      var request = instance.request(tenant);
      switch (request.admission(0, 10)) {
        case Admission.Held held -> billed += Request
            .settled(held.hold(), request.used(0, 0, 10)).amountPico();
        case Admission.Refused refused -> assertThat(refused.reason())
            .isEqualTo(Refusal.UNAVAILABLE);
      }
    }
    over.set(true);
    killer.join();
    assertThat(killed.get()).as("connections that were killed at work").isGreaterThanOrEqualTo(KILLS);
    assertThat(instance.settlements.faults()).as("batches that failed because of it").isPositive();
    assertThat(billed).as("what was billed nevertheless").isPositive();
    assertThat(house.balance(tenant))
        .isEqualTo(BigInteger.valueOf(1_000_000 * OUTPUT_PRICE).subtract(BigInteger.valueOf(billed)));
    assertThat(house.usageRows(tenant)).isEqualTo(billed / (10 * OUTPUT_PRICE));
  }
}
