package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.EpochLostException;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;

/** Exchanges of leases that reach the database, or get its locks, when their instance no longer waits for them (ADR 0038). */
class LateExchangeTest {

  private static final long FUNDS = 1_000;

  private final House house = new House();
  private final Leases leases = Leases.inDatabase(house.pool);
  private final long epoch = leases.register(new UUID(9, 9), Duration.ofHours(1));
  private final TenantId tenant = house.paying(FUNDS);
  private final long account = house.jdbc.sql("""
      SELECT f.account_id FROM billing.fund f JOIN billing.account a ON a.id = f.account_id
      WHERE a.tenant_id = :tenant AND a.kind = 'MONEY'
      """).param("tenant", tenant.value()).query(Long.class).single();
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void theBooksAgree() {
    try (house; calls) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void aGrantThatIsOvertakenComesToNothing() throws Exception {
    Future<List<Standing>> question;
    Future<?> grant;
    try (Connection fund = locked()) {
      question = waiting(1, () -> leases.supersede(epoch, 2, List.of(account)));
      grant = waiting(2, () -> leases.grant(epoch, 1, List.of(new Ask(account, 400, 0))));
      fund.rollback();
    }
    assertThat(question.get()).containsExactly(standing(0, 0));
    assertThatThrownBy(grant::get).isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(EpochLostException.class);
    assertThat(leased()).isZero();
  }

  @Test
  void aGrantThatWentThroughUnheardIsTold() throws Exception {
    Future<?> grant;
    Future<List<Standing>> question;
    try (Connection fund = locked()) {
      grant = waiting(1, () -> leases.grant(epoch, 1, List.of(new Ask(account, 400, 0))));
      question = waiting(2, () -> leases.supersede(epoch, 2, List.of(account)));
      fund.rollback();
    }
    grant.get();
    assertThat(question.get()).containsExactly(standing(400, 400));
    assertThat(leased()).isEqualTo(400);
  }

  @Test
  void aReturnThatIsOvertakenComesToNothing() throws Exception {
    assertThat(leases.grant(epoch, 1, List.of(new Ask(account, 700, 0))).getFirst().supplied())
        .isEqualTo(BigInteger.valueOf(700));
    assertThat(leases.grant(epoch, 2, List.of(new Ask(account, 100, 0))).getFirst().supplied())
        .isEqualTo(BigInteger.valueOf(800));
    Future<List<Standing>> question;
    Future<?> giveBack;
    try (Connection fund = locked()) {
      question = waiting(1, () -> leases.supersede(epoch, 4, List.of(account)));
      giveBack = waiting(2, () -> {
        leases.giveBack(epoch, 3, List.of(new Share(account, 300)), 0);
        return true;
      });
      fund.rollback();
    }
    assertThat(question.get()).containsExactly(standing(800, 800));
    assertThatThrownBy(giveBack::get).isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(DataIntegrityViolationException.class);
    assertThat(leased()).isEqualTo(800);
    leases.giveBack(epoch, 5, List.of(new Share(account, 300)), 0);
    assertThat(leases.supersede(epoch, 6, List.of(account))).containsExactly(standing(500, 500));
  }

  /** All that a gateway ever drew of an account is in it: of a small currency that is soon more than a long holds. */
  @Test
  void whatWasSuppliedInAllMayBeMoreThanAnyShare() {
    leases.grant(epoch, 1, List.of(new Ask(account, 100, 0)));
    house.jdbc.sql("UPDATE billing.lease SET supplied = 9223372036854775800").update();
    BigInteger before = BigInteger.valueOf(9_223_372_036_854_775_800L);
    assertThat(leases.grant(epoch, 2, List.of(new Ask(account, 200, 0))).getFirst().supplied())
        .isEqualTo(before.add(BigInteger.valueOf(200)));
    assertThat(leases.supersede(epoch, 3, List.of(account)))
        .containsExactly(new Standing(account, before.add(BigInteger.valueOf(200)), 300));
  }

  /** Somebody who takes long has the fund. */
  private Connection locked() throws SQLException {
    Connection connection = house.pool.getConnection();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT FROM billing.fund WHERE account_id = " + account + " FOR NO KEY UPDATE");
    }
    return connection;
  }

  /** Calls the database and returns when so many wait there in all. */
  private <T> Future<T> waiting(long inAll, Callable<T> call) {
    Future<T> future = calls.submit(call);
    await().until(() -> house.jdbc.sql("""
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """).query(Long.class).single() == inAll);
    return future;
  }

  private Standing standing(long supplied, long leased) {
    return new Standing(account, BigInteger.valueOf(supplied), leased);
  }

  private long leased() {
    return house.leased(tenant).longValueExact();
  }
}
