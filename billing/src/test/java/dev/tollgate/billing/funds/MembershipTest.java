package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.scheduling.Scheduling;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MembershipTest {

  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger reclaims = new AtomicInteger();
  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final Leases leases = (Leases) Proxy.newProxyInstance(Leases.class.getClassLoader(),
      new Class<?>[]{Leases.class}, (proxy, method, arguments) -> switch (method.getName()) {
        case "register" -> 1L;
        case "renew" -> renewals.incrementAndGet() > 0;
        case "reclaim" -> {
          reclaims.incrementAndGet();
          ended.await();
          yield List.of();
        }
        default -> throw new UnsupportedOperationException(method.getName());
      });
  private final Membership membership = new Membership(new UUID(1, 1), leases, FundsSettings.DEFAULT,
      Scheduling.onThreads(nanos::get));

  /** Ten thousand accounts take half a second, and a fleet that is replaced leaves many epochs at once. */
  @Test
  void takingBackTheLeasesOfTheDeadDoesNotKeepAnInstanceFromRenewing() throws InterruptedException {
    membership.beat();
    membership.reclaim();
    assertThat(reclaims).as("who has only just begun may not judge").hasValue(0);
    for (int i = 0; i < 7; i++) {
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      membership.beat();
    }
    Thread reclaiming = Thread.ofVirtual().start(membership::reclaim);
    await().until(() -> reclaims.get() == 1);
    int before = renewals.get();
    membership.beat();
    membership.reclaim();
    assertThat(renewals).hasValue(before + 1);
    assertThat(reclaims).as("one at a time").hasValue(1);
    assertThat(membership.tenure()).isNotNull();
    ended.countDown();
    reclaiming.join();
    membership.reclaim();
    assertThat(reclaims).hasValue(2);
  }
}
