package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.TenantId;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is exchanged with the database for shares of which an answer was lost. */
class RefillsTest {

  private static final long LEASED = 100;

  private final List<String> calls = new ArrayList<>();
  private final Leases leases = (Leases) Proxy.newProxyInstance(Leases.class.getClassLoader(),
      new Class<?>[]{Leases.class}, (proxy, method, arguments) -> {
        List<?> of = (List<?>) arguments[2];
        calls.add(method.getName() + " " + of);
        return method.getName().equals("supersede") ? of.stream()
            .map(account -> new Standing((Long) account, BigInteger.valueOf(LEASED), LEASED)).toList() : null;
      });
  private final Refills refills = new Refills(leases, FundsSettings.DEFAULT,
      Scheduling.onThreads(System::nanoTime));
  private final Tenure tenure = new Tenure(1, Long.MAX_VALUE);

  /** Or it would be in the database and in memory too. */
  @Test
  void aRecallIsAnsweredWithWhatIsIdleOnceTheDoubtIsCleared() {
    TenantShare share = doubtful(1);
    refills.recall(tenure, share, 7);
    assertThat(calls).containsExactly("supersede [1]", "giveBack " + List.of(new Share(1, LEASED)));
    assertThat(granted(share)).isZero();
    assertThat(share.unansweredRecall()).isZero();
  }

  @Test
  void allThatIsInDoubtIsClearedAtOnce() {
    for (int tenant = 1; tenant <= 100; tenant++) {
      doubtful(tenant);
    }
    refills.tick(tenure);
    assertThat(calls).hasSize(1).allMatch(call -> call.startsWith("supersede"));
    assertThat(tenure.shares()).noneMatch(TenantShare::isInDoubt)
        .allMatch(share -> granted(share) == LEASED);
  }

  /** 100 were granted, and another answer was lost that changed nothing. */
  private TenantShare doubtful(long number) {
    var tenant = new TenantId(new UUID(1, number));
    var contract = new Contract(1, tenant, "any", "USD", ZoneOffset.UTC, 0, BigInteger.ZERO, 0, 0,
        Instant.MIN,
        Instant.MAX, true, 0);
    TenantShare share = tenure.enter(tenant);
    share.open(contract,
        new Opened(List.of(new FundAccount(number, FundKind.MONEY, Instant.MIN, Instant.MAX)), List.of(),
            false),
        0, 0, Long.MAX_VALUE);
    share.add(List.of(new Grant(number, LEASED, false, false, 0, BigInteger.valueOf(LEASED))));
    share.doubt();
    return share;
  }

  private static long granted(TenantShare share) {
    return share.shares().stream().mapToLong(AccountShare::granted).sum();
  }
}
