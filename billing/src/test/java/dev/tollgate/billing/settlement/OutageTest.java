package dev.tollgate.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.funds.FundsSettings;
import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Money rule 11: the database is away for a while, and nothing is lost, doubled or broken off. */
class OutageTest {

  private static final long OUTPUT_PRICE = 6_000_000;
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final FundsSettings OUTAGE_OF_A_MINUTE = new FundsSettings(Duration.ofSeconds(10),
      Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofMillis(500), Duration.ofMillis(20), 10, 10,
      10_000,
      Duration.ofSeconds(20));

  @TempDir
  private Path folder;

  private final House house = new House();
  private final FaultyDatabase database = new FaultyDatabase();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void streamsRunThroughAnOutageOfAMinuteAndAreSettledOnceWhenItIsOver() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 100);
    TenantId tenant = house.paying(100_000 * OUTPUT_PRICE);
    atHand(instance, tenant, 10_000);
    List<Request> requests = new ArrayList<>();
    List<Hold> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      requests.add(instance.request(tenant));
      streams.add(requests.getLast().hold(0, 10));
    }
    database.away = true;
    for (int seconds = 2; seconds <= 58; seconds += 2) {
      house.time.move(Duration.ofSeconds(2));
      instance.beat();
      streams.forEach(stream -> assertThat(stream.extend(10)).isEqualTo(10));
    }
    for (int i = 0; i < 10; i++) {
      Receipt receipt = Request.settled(streams.get(i), requests.get(i).used(0, 0, 300));
      assertThat(receipt.amountPico()).isEqualTo(300 * OUTPUT_PRICE);
    }
    assertThat(instance.request(tenant).run(0, 0, 50).amountPico()).isEqualTo(50 * OUTPUT_PRICE);
    assertThat(instance.settlements.journalRecords()).isEqualTo(11);
    assertThat(house.usageRows(tenant)).isZero();

    database.away = false;
    instance.beat();
    awaitEmptyJournal(instance);
    assertThat(house.usageRows(tenant)).isEqualTo(11);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf((100_000 - 10 * 300 - 50) * OUTPUT_PRICE));
    assertThat(house.loss(tenant, "USD")).isZero();
    assertThat(instance.funds.openHolds()).isZero();
    instance.shutDown();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void pastTheMinuteNewRequestsAreRefusedAndHoldsGrowNoMore() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 100);
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    atHand(instance, tenant, 500);
    Request request = instance.request(tenant);
    Hold stream = request.hold(0, 10);
    database.away = true;
    house.time.move(Duration.ofSeconds(59));
    instance.beat();
    assertThat(stream.extend(10)).isEqualTo(10);
    house.time.move(Duration.ofSeconds(2));
    instance.beat();
    assertThat(stream.extend(10)).isZero();
    assertThat(stream.mayExtendLater()).isFalse();
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
    assertThat(Request.settled(stream, request.used(0, 0, 20)).amountPico()).isEqualTo(20 * OUTPUT_PRICE);
    database.away = false;
    instance.beat();
    awaitEmptyJournal(instance);
    assertThat(instance.request(tenant).run(0, 0, 980).amountPico()).isEqualTo(980 * OUTPUT_PRICE);
  }

  @Test
  void anInstanceThatSleptAndDidNotAskTheDatabaseIsFenced() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 100);
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    atHand(instance, tenant, 500);
    house.time.move(Duration.ofSeconds(9));
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
  }

  @Test
  void aStreamThatOutgrowsItsShareWhileTheDatabaseIsAwayMayGoOnLater() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 100);
    TenantId tenant = house.paying(100_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Hold stream = request.hold(0, 10);
    database.away = true;
    long atHand = 10;
    for (long more = stream.extend(80_000); more > 0; more = stream.extend(80_000)) {
      atHand += more;
    }
    assertThat(stream.mayExtendLater()).isTrue();
    database.away = false;
    await().atMost(SOON).until(() -> stream.extend(80_000) == 80_000);
    assertThat(stream.mayExtendLater()).isFalse();
    assertThat(stream.coveredOutputTokens()).isEqualTo(atHand + 80_000);
    Request.settled(stream, request.used(0, 0, 80_000));
  }

  @Test
  void aCommitThatNobodyHeardOfAndThatWentToTheJournalBillsOnceAndLeavesTheRestToSpend() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 100);
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Hold hold = request.hold(0, 400);
    database.failAfterCommit.set(1);
    database.awayOnceCommitted = true;
    Request.settled(hold, request.used(0, 0, 400));
    assertThat(instance.settlements.journalRecords()).isEqualTo(1);
    assertThat(house.usageRows(tenant)).isEqualTo(1);
    database.away = false;
    awaitEmptyJournal(instance);
    assertThat(house.usageRows(tenant)).isEqualTo(1);
    assertThat(instance.request(tenant).hold(0, 1_000).coveredOutputTokens()).isEqualTo(600);
  }

  @Test
  void whenTheJournalIsFullRequestsAreRefusedBeforeTheyRunAndNoneIsLost() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 5);
    TenantId tenant = house.paying(100_000 * OUTPUT_PRICE);
    atHand(instance, tenant, 10_000);
    database.away = true;
    Request running = instance.request(tenant);
    Hold admitted = running.hold(0, 100);
    for (int i = 0; i < 4; i++) {
      instance.request(tenant).run(0, 0, 100);
    }
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
    assertThat(Request.settled(admitted, running.used(0, 0, 100)).amountPico()).isEqualTo(100 * OUTPUT_PRICE);
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
    database.away = false;
    awaitEmptyJournal(instance);
    instance.request(tenant).run(0, 0, 100);
    assertThat(house.usageRows(tenant)).isEqualTo(6);
  }

  @Test
  void aJournalWithoutRoomForItsBytesAdmitsNothing() {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 2, 100);
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Hold one = instance.request(tenant).hold(0, 1);
    Hold two = instance.request(tenant).hold(0, 1);
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
    one.release();
    two.release();
    assertThat(instance.request(tenant).hold(0, 1).coveredOutputTokens()).isEqualTo(1);
  }

  @Test
  void noMoreThanTheBoundOfRequestsEverWaitsToBeSettled() {
    assertThat(FundsSettings.DEFAULT.openRequests()).isEqualTo(65_536);
    var settings = new FundsSettings(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMillis(250),
        Duration.ofMillis(20), 10, 10, 50, Duration.ofSeconds(20));
    House.Instance instance = house.quietInstance(settings, this::behind, SettlementJournal.none());
    instance.beat();
    TenantId tenant = house.paying(100_000 * OUTPUT_PRICE);
    atHand(instance, tenant, 10_000);
    database.away = true;
    for (int i = 0; i < 50; i++) {
      Request request = instance.request(tenant);
      request.hold(0, 1).settle(request.used(0, 0, 1));
    }
    assertThat(instance.settlements.queued()).isLessThanOrEqualTo(50);
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
    database.away = false;
    await().atMost(SOON).until(() -> instance.funds.openHolds() == 0);
    assertThat(house.usageRows(tenant)).isEqualTo(50);
  }

  @Test
  void theNextProcessSettlesWhatACrashedOneKept() throws IOException {
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    crashedWith(tenant, 3);
    Path kept = onlyJournal();
    byte[] content = Files.readAllBytes(kept);
    instance(SettlementJournal.BYTES_EACH * 100, 100);
    await().atMost(SOON).until(() -> house.usageRows(tenant) == 3);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(700 * OUTPUT_PRICE));

    // As if that one too had crashed, after it had replayed and before it had cleared.
    await().atMost(SOON).until(() -> Files.notExists(kept));
    Files.write(kept, content);
    instance(SettlementJournal.BYTES_EACH * 100, 100);
    await().atMost(SOON).until(() -> Files.notExists(kept));
    assertThat(house.usageRows(tenant)).isEqualTo(3);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(700 * OUTPUT_PRICE));
  }

  @Test
  void anAnswerThatLeftDuringAnOutageIsBilledInFullAlthoughItsCheckpointWasSettledFirst() throws IOException {
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    House.Instance survivor = house.quietInstance(OUTAGE_OF_A_MINUTE);
    for (int seconds = 0; seconds < 14; seconds += 2) {
      survivor.beat();
      house.time.move(Duration.ofSeconds(2));
    }
    survivor.beat();
    var unreachable = new FaultyDatabase();
    SettlementJournal journal = SettlementJournal.inFolder(folder, 1 << 20, 100);
    House.Instance doomed = doomed(unreachable, journal);
    Request request = doomed.request(tenant);
    Hold stream = request.hold(0, 900);
    stream.checkpoint(request.used(0, 0, 250, Outcome.INTERRUPTED));
    await().atMost(SOON)
        .until(() -> house.jdbc.sql("SELECT count(*) FROM billing.checkpoint").query(Long.class)
            .single() == 1);
    unreachable.away = true;
    assertThat(Request.settled(stream, request.used(0, 0, 800)).amountPico()).isEqualTo(800 * OUTPUT_PRICE);
    doomed.crash();
    journal.close();
    house.silence(doomed);
    survivor.beat();
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(750 * OUTPUT_PRICE));

    instance(SettlementJournal.BYTES_EACH * 100, 100);
    await().atMost(SOON).until(() -> house.usageRows(tenant) == 2);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(200 * OUTPUT_PRICE));
    assertThat(house.loss(tenant, "USD")).isZero();
  }

  @Test
  void aDamagedJournalIsSettledUpToTheDamageKeptAsideAndReported() throws IOException {
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    crashedWith(tenant, 3);
    Path kept = onlyJournal();
    byte[] content = Files.readAllBytes(kept);
    int end = content.length - 1;
    while (content[end] == 0) {
      end--;
    }
    content[end - 40] ^= 4;
    Files.write(kept, content);
    House.Instance next = instance(SettlementJournal.BYTES_EACH * 100, 100);
    await().atMost(SOON).until(() -> next.settlements.damaged() == 1);
    assertThat(house.usageRows(tenant)).isEqualTo(2);
    assertThat(folder.resolve(kept.getFileName() + ".damaged")).hasBinaryContent(content);
  }

  @Test
  void whatTheDatabaseRefusesOutOfTheJournalIsSetAsideAndTheOthersAreSettled() throws IOException {
    House.Instance instance = instance(SettlementJournal.BYTES_EACH * 100, 100);
    TenantId tenant = house.paying(100_000 * OUTPUT_PRICE);
    atHand(instance, tenant, 10_000);
    database.away = true;
    for (int i = 0; i < 5; i++) {
      Request request = instance.request(tenant);
      Hold hold = request.hold(0, 100);
      Request.settled(hold,
          i == 2 ? SettlementFaultsTest.bad(request.used(0, 0, 100)) : request.used(0, 0, 100));
    }
    database.away = false;
    awaitEmptyJournal(instance);
    assertThat(house.usageRows(tenant)).isEqualTo(4);
    assertThat(instance.settlements.rejected()).isEqualTo(1);
    assertThat(instance.request(tenant).hold(0, 99_600).coveredOutputTokens()).isEqualTo(99_600);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).anyMatch(file -> file.toString().endsWith(".rejected"));
    }
  }

  private House.Instance instance(long bytes, int records) {
    try {
      House.Instance instance = house.quietInstance(OUTAGE_OF_A_MINUTE, this::behind,
          SettlementJournal.inFolder(folder, bytes, records));
      instance.beat();
      return instance;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private FaultyDatabase behind(DataSource real) {
    database.setTargetDataSource(real);
    return database;
  }

  /** Sees to it that the instance has leased this many tokens' worth, and holds nothing of it. */
  private static void atHand(House.Instance instance, TenantId tenant, long tokens) {
    instance.request(tenant).hold(0, tokens).release();
  }

  private static void awaitEmptyJournal(House.Instance instance) {
    await().atMost(SOON).until(() -> instance.settlements.journalRecords() == 0);
  }

  /** An instance of its own keeps settlements of 100 tokens each while the database is away, and dies. */
  private void crashedWith(TenantId tenant, int settlements) throws IOException {
    var unreachable = new FaultyDatabase();
    SettlementJournal journal = SettlementJournal.inFolder(folder, 1 << 20, 100);
    House.Instance doomed = doomed(unreachable, journal);
    atHand(doomed, tenant, 900);
    unreachable.away = true;
    for (int i = 0; i < settlements; i++) {
      doomed.request(tenant).run(0, 0, 100);
    }
    doomed.crash();
    journal.close();
  }

  private House.Instance doomed(FaultyDatabase unreachable, SettlementJournal journal) {
    House.Instance doomed = house.quietInstance(OUTAGE_OF_A_MINUTE, real -> {
      unreachable.setTargetDataSource(real);
      return unreachable;
    }, journal);
    doomed.beat();
    return doomed;
  }

  private Path onlyJournal() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".journal")).reduce((one, other) -> {
        throw new AssertionError("Two journals");
      }).orElseThrow();
    }
  }
}
