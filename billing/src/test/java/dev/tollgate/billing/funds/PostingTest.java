package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.ledger.Poster;
import dev.tollgate.billing.reconciliation.Reconciliation.Difference;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostingTest {

  private static final long OUTPUT_PRICE = 6_000_000;
  private static final long DOLLAR = 1_000_000_000_000L;

  private final House house = new House();
  private final House.Instance instance = house.quietInstance(House.QUICK);
  private final Poster poster = new Poster(house.pool, Scheduling.onThreads(System::nanoTime), Duration.ZERO,
      Duration.ofSeconds(1));

  PostingTest() {
    instance.funds.beat();
  }

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private long pendingRows() {
    return house.jdbc.sql("SELECT count(*) FROM billing.posting").query(Long.class).single();
  }

  private long transfers(TenantId tenant) {
    return house.jdbc.sql("""
        SELECT count(*) FROM billing.transfer t JOIN billing.account a ON a.id = t.debit_account
        WHERE a.tenant_id = :tenant AND t.reason = 'USAGE'
        """).param("tenant", tenant.value()).query(Long.class).single();
  }

  @Test
  void whatIsSettledCountsBeforeItIsPostedAndIsPostedTogether() {
    TenantId tenant = house.payAsYouGo(0);
    house.funding.topUp(tenant, "USD", DOLLAR, "first");
    instance.request(tenant).run(99_000, 0, 1_000);
    for (int i = 0; i < 5; i++) {
      instance.request(tenant).run(0, 0, 100);
    }
    assertThat(transfers(tenant)).isZero();
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(DOLLAR - 500 * OUTPUT_PRICE));
    assertThat(house.balances.of(tenant).freeTokensLeft()).isZero();
    assertThat(house.reconciliation.differences()).isEmpty();
    poster.post();
    assertThat(poster.backlog().rows()).isPositive();
    poster.post();
    assertThat(poster.backlog()).isEqualTo(new Poster.Backlog(0, Duration.ZERO));
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(DOLLAR - 500 * OUTPUT_PRICE));
    assertThat(transfers(tenant)).isEqualTo(2);
  }

  @Test
  void nothingIsPostedBeforeItHasWaited() {
    var patient = new Poster(house.pool, Scheduling.onThreads(System::nanoTime), Duration.ofMinutes(1),
        Duration.ofSeconds(1));
    instance.request(house.paying(DOLLAR)).run(0, 0, 100);
    patient.post();
    assertThat(pendingRows()).isEqualTo(1);
  }

  @Test
  void aBalanceThatIsReadWhilePostingGoesOnIsRightAtEveryInstant() throws Exception {
    TenantId tenant = house.paying(DOLLAR);
    var posting = new AtomicBoolean(true);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var rounds = executor.submit(() -> {
        while (posting.get()) {
          poster.post();
        }
      });
      try {
        for (long i = 1; i <= 60; i++) {
          instance.request(tenant).run(0, 0, 10);
          for (int read = 0; read < 5; read++) {
            assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(DOLLAR - i * 10 * OUTPUT_PRICE));
          }
        }
      } finally {
        posting.set(false);
      }
      rounds.get();
    }
  }

  @Test
  void whatADeadInstanceSettledIsPostedFromItsLeaseBeforeTheRestIsFree() {
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    House.Instance survivor = house.quietInstance(House.QUICK);
    survivor.funds.beat();
    for (int i = 0; i < 7; i++) {
      house.time.move(Duration.ofSeconds(2));
      survivor.funds.beat();
      instance.funds.beat();
    }
    instance.request(tenant).run(0, 0, 400);
    instance.request(tenant).hold(0, 600);
    instance.crash();
    assertThat(pendingRows()).isPositive();
    house.silence(instance);
    survivor.funds.beat();
    assertThat(pendingRows()).isZero();
    assertThat(survivor.request(tenant).hold(0, 1_000).coveredOutputTokens()).isEqualTo(600);
    assertThat(house.loss(tenant, "USD")).isEqualTo(BigInteger.ZERO);
  }

  @Test
  void anEpochCannotEndInTheDatabaseBeforeItsDrawsArePosted() {
    instance.request(house.paying(DOLLAR)).run(0, 0, 100);
    assertThatThrownBy(() -> house.jdbc
        .sql("WITH freed AS (DELETE FROM billing.lease) DELETE FROM billing.instance").update())
        .hasMessageContaining("posting_epoch_fkey");
  }

  @Test
  void aPackIsNotPaidFromABalanceThatIsSettledAwayButNotPosted() {
    TenantId tenant = house.payAsYouGo(100 * DOLLAR);
    house.funding.topUp(tenant, "USD", 3 * DOLLAR, "first");
    instance.request(tenant).run(99_999, 0, 1);
    instance.request(tenant).run(200_000, 0, 1);
    assertThat(buy(tenant)).isEqualTo(
        new Purchase.Refused("payment", "must be covered by the balance; credit does not pay for packs"));
    house.funding.topUp(tenant, "USD", OUTPUT_PRICE - 1, "second");
    assertThat(buy(tenant)).isInstanceOf(Purchase.Refused.class);
    house.funding.topUp(tenant, "USD", 1, "third");
    assertThat(buy(tenant)).isInstanceOf(Purchase.Bought.class);
  }

  private Purchase buy(TenantId tenant) {
    return house.packs.buy(tenant, new Order(new Size.Tokens(1_000_000), "USD", Payment.BALANCE, "a"));
  }

  @Test
  void anExpiredPackIsWrittenOffLessWhatIsSettledButNotPosted() {
    TenantId tenant = house.paying(0);
    house.packs.buy(tenant, new Order(new Size.Tokens(1_000_000), "USD", Payment.RECORDED, "a"));
    instance.request(tenant).run(299_998, 0, 1);
    assertThat(house.packs.of(tenant).getFirst().leftMillitokens()).isEqualTo(700_000_000);
    house.time.moveTo(house.packs.of(tenant).getFirst().validUntil());
    instance.funds.beat();
    instance.shutDown();
    assertThat(house.packs.expire()).isEqualTo(1);
    poster.post();
    assertThat(house.packs.of(tenant).getFirst().leftMillitokens()).isZero();
  }

  @Test
  void manyWhoSettlePostGrantAndGiveBackAtOnceNeitherDeadlockNorLoseAnything() throws Exception {
    List<TenantId> tenants = IntStream.range(0, 40).mapToObj(i -> house.paying(DOLLAR)).toList();
    List<House.Instance> instances = List.of(house.instance(), house.instance());
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Long>>();
      for (int worker = 0; worker < 8; worker++) {
        House.Instance own = instances.get(worker % 2);
        tasks.add(() -> {
          long billed = 0;
          for (int i = 0; i < 60; i++) {
            TenantId tenant = tenants.get((i * 7) % tenants.size());
            Request request = own.request(tenant);
            if (request.admission(0, 10) instanceof Admission.Held(Hold hold)) {
              billed += Request.settled(hold, request.used(0, 0, 10)).amountPico();
            }
          }
          return billed;
        });
      }
      for (int other = 0; other < 2; other++) {
        tasks.add(() -> {
          for (int i = 0; i < 30; i++) {
            poster.post();
          }
          return 0L;
        });
      }
      long billed = 0;
      for (var done : executor.invokeAll(tasks)) {
        billed += done.get();
      }
      BigInteger left = tenants.stream().map(house::balance).reduce(BigInteger.ZERO, BigInteger::add);
      assertThat(left).isEqualTo(BigInteger.valueOf(40L * DOLLAR - billed));
      assertThat(billed).isPositive();
    }
    assertThat(tenants).allMatch(tenant -> house.loss(tenant, "USD").signum() == 0);
  }

  @Test
  void whatNamesNoFundStaysPendingAndKeepsNothingElseFromBeingPosted() {
    instance.request(house.paying(DOLLAR)).run(0, 0, 100);
    house.jdbc.sql("""
        INSERT INTO billing.posting (bucket, epoch, batch, accounts, amounts)
        SELECT 63, max(epoch), gen_random_uuid(), '{9999999}', '{5}' FROM billing.instance
        """).update();
    poster.post();
    assertThat(house.jdbc.sql("SELECT bucket FROM billing.posting").query(Integer.class).list())
        .containsExactly(63);
    house.jdbc.sql("DELETE FROM billing.posting WHERE bucket = 63").update();
  }

  @Test
  void aPendingDrawThatIsNotUsageShowsInTheBooks() {
    TenantId tenant = house.paying(DOLLAR);
    instance.request(tenant).run(0, 0, 100);
    UUID forged = UUID.randomUUID();
    house.jdbc.sql("""
        INSERT INTO billing.posting (bucket, epoch, batch, accounts, amounts)
        SELECT billing.posting_bucket(account_id), epoch, :batch, ARRAY[account_id], ARRAY[granted::bigint]
        FROM billing.lease WHERE granted > 0
        """).param("batch", forged).update();
    assertThat(house.reconciliation.differences()).extracting(Difference::check)
        .anyMatch("usage = ledger"::equals)
        .anyMatch(check -> check.startsWith("pending within lease of MONEY"));
    house.jdbc.sql("DELETE FROM billing.posting WHERE batch = :batch").param("batch", forged).update();
  }
}
