package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

  private static final long OUTPUT_PRICE = 6_000_000;

  private final House house = new House();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void fiftyRequestsThatTogetherTakeTheWholeBalanceAllGetInAndTheNextWaitsForARelease() throws Exception {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(50 * 100 * OUTPUT_PRICE);
    List<Admission> admissions = together(50, i -> instance.request(tenant).admission(0, 100));
    List<Hold> holds = held(admissions);
    assertThat(holds).hasSize(50).allSatisfy(hold -> assertThat(hold.coveredOutputTokens()).isEqualTo(100));
    assertThat(instance.request(tenant).refusal(0, 100)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
    holds.getFirst().release();
    Hold next = instance.request(tenant).hold(0, 100);
    assertThat(next.coveredOutputTokens()).isEqualTo(100);
  }

  @Test
  void fiftyRequestsOverTwoInstancesTakeTheWholeBalance() throws Exception {
    List<House.Instance> instances = List.of(house.instance(), house.instance());
    TenantId tenant = house.paying(50 * 100 * OUTPUT_PRICE);
    List<Admission> admissions = together(50, i -> instances.get(i % 2).request(tenant).admission(0, 100));
    assertThat(held(admissions)).hasSize(50);
    assertThat(fill(held(admissions), 100)).isEqualTo(5_000);
    assertThat(instances.getFirst().request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
  }

  @Test
  void twoInstancesSpendASmallBalanceToTheLastTokenAndNeverMore() throws Exception {
    List<House.Instance> instances = List.of(house.instance(), house.instance());
    long tokens = 20_000;
    TenantId tenant = house.paying(tokens * OUTPUT_PRICE);
    AtomicLong settled = new AtomicLong();
    AtomicInteger falselyRefused = new AtomicInteger();
    AtomicLong heldTokens = new AtomicLong();
    together(64, i -> {
      for (int round = 0; round < 40; round++) {
        var request = instances.get(i % 2).request(tenant);
        switch (request.admission(0, 20)) {
          case Admission.Held held -> {
            heldTokens.addAndGet(20);
            long used = held.hold().coveredOutputTokens() - (round % 3 == 0 ? 0 : 1);
            settled.addAndGet(Request.settled(held.hold(), request.used(0, 0, used)).amountPico());
            heldTokens.addAndGet(-20);
          }
          case Admission.Refused refused -> {
            // At most 64 requests of 20 tokens run, so as long as more than that is unspent nobody may be refused.
            long unspent = tokens - settled.get() / OUTPUT_PRICE - heldTokens.get();
            if (unspent > 64 * 20) {
              falselyRefused.incrementAndGet();
            }
            // Every further refusal would take as long as the others are waited for.
            return true;
          }
        }
      }
      return true;
    });
    assertThat(falselyRefused).hasValue(0);
    assertThat(settled.get()).isLessThanOrEqualTo(tokens * OUTPUT_PRICE);
    assertThat(house.balance(tenant))
        .isEqualTo(BigInteger.valueOf(tokens * OUTPUT_PRICE).subtract(BigInteger.valueOf(settled.get())));
    // What is left is still to be had, whichever instance it lay on.
    long left = tokens - settled.get() / OUTPUT_PRICE;
    if (left > 0) {
      assertThat(instances.get(1).request(tenant).hold(0, left).coveredOutputTokens()).isEqualTo(left);
    }
  }

  @Test
  void whatOneInstanceHasIdleAnotherGetsAtOnce() {
    House.Instance first = house.instance();
    House.Instance second = house.instance();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Hold all = first.request(tenant).hold(0, 1_000);
    all.release();
    assertThat(second.request(tenant).hold(0, 1_000).coveredOutputTokens()).isEqualTo(1_000);
  }

  @Test
  void concurrentFirstRequestsOpenTheAllowanceOnce() throws Exception {
    List<House.Instance> instances = List.of(house.instance(), house.instance());
    TenantId tenant = house.payAsYouGo(0);
    List<Hold> holds = held(together(40, i -> instances.get(i % 2).request(tenant).admission(1_000, 1_500)));
    assertThat(holds).hasSize(40);
    assertThat(fill(holds, 1_500)).isEqualTo(60_000);
    assertThat(house.balances.of(tenant).freeTokensLeft()).isEqualTo(100_000);
    assertThat(instances.get(1).request(tenant).refusal(1, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
  }

  @Test
  void oneRequestIdSettledByManyAtOnceIsBilledOnce() throws Exception {
    List<House.Instance> instances = List.of(house.instance(), house.instance());
    TenantId tenant = house.paying(1_000_000 * OUTPUT_PRICE);
    var id = Request.idAt(house.time.clock().instant());
    var receipts = together(16, i -> instances.get(i % 2).request(tenant).withId(id).run(0, 0, 10 + i));
    assertThat(receipts).allMatch(receipts.getFirst()::equals);
    assertThat(house.usageRows(tenant)).isEqualTo(1);
  }

  /** Extends holds whose window was cut because the rest was on its way between instances. */
  private static long fill(List<Hold> holds, long window) {
    long covered = 0;
    for (Hold hold : holds) {
      while (hold.coveredOutputTokens() < window && hold.extend(window - hold.coveredOutputTokens()) > 0) {
        assertThat(hold.coveredOutputTokens()).isLessThanOrEqualTo(window);
      }
      covered += hold.coveredOutputTokens();
    }
    return covered;
  }

  private static List<Hold> held(List<Admission> admissions) {
    return admissions.stream().filter(Admission.Held.class::isInstance).map(Admission.Held.class::cast)
        .map(Admission.Held::hold).toList();
  }

  private interface Numbered<T> {
    T call(int number) throws Exception;
  }

  private static <T> List<T> together(int threads, Numbered<T> work) throws Exception {
    var barrier = new CyclicBarrier(threads);
    try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
      var tasks = new ArrayList<Callable<T>>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        tasks.add(() -> {
          barrier.await();
          return work.call(number);
        });
      }
      var results = new ArrayList<T>();
      for (Future<T> result : executor.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    }
  }

  @Test
  void aTenantThatIdlesIsForgottenAndServedAgain() {
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.funds.beat();
    TenantId tenant = house.paying(100 * OUTPUT_PRICE);
    Hold running = instance.request(tenant).hold(0, 1);
    for (int i = 0; i < 200; i++) {
      instance.funds.tick();
    }
    assertThat(instance.funds.tenants()).as("a running request keeps its share").isEqualTo(1);
    running.release();
    for (int i = 0; i < 200; i++) {
      instance.funds.tick();
    }
    assertThat(instance.funds.tenants()).isZero();
    assertThat(house.leased(tenant)).isZero();
    assertThat(instance.request(tenant).run(0, 0, 100).amountPico()).isEqualTo(100 * OUTPUT_PRICE);
  }
}
