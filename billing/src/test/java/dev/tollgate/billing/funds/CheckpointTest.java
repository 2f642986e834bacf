package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.billing.UsageRecords.UsageRecord;
import dev.tollgate.billing.statements.SettledUsageRecords;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What was running when an instance died is settled for what its last checkpoint says. */
class CheckpointTest {

  private static final long OUTPUT_PRICE = 6_000_000;
  private static final Duration SOON = Duration.ofSeconds(10);

  private final House house = new House();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void aStreamThatACrashInterruptedIsBilledForItsCheckpointAndTheRestIsFree() {
    House.Instance survivor = experienced();
    House.Instance doomed = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = doomed.request(tenant);
    Hold stream = request.hold(0, 900);
    checkpoint(stream, request, 100);
    checkpoint(stream, request, 250);
    awaitSaved(request, 250);
    checkpoint(stream, request, 400);
    awaitSaved(request, 400);
    doomed.crash();
    house.silence(doomed);
    survivor.funds.beat();

    assertThat(rows(tenant)).containsExactly("INTERRUPTED 400 " + 400 * OUTPUT_PRICE);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(600 * OUTPUT_PRICE));
    assertThat(house.loss(tenant, "USD")).isZero();
    assertThat(checkpoints()).isZero();
    assertThat(survivor.request(tenant).hold(0, 600).coveredOutputTokens()).isEqualTo(600);

    survivor.funds.beat();
    assertThat(house.usageRows(tenant)).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsSettledTakesItsCheckpointWithIt() {
    House.Instance instance = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Hold stream = request.hold(0, 500);
    checkpoint(stream, request, 100);
    awaitSaved(request, 100);
    Request.settled(stream, request.used(0, 0, 300));
    assertThat(checkpoints()).isZero();
    assertThat(rows(tenant)).containsExactly("COMPLETED 300 " + 300 * OUTPUT_PRICE);
  }

  @Test
  void anInstanceThatWasTakenForDeadAndAnswersAfterAllBillsTheRestOnceAndItsRepeatNothing() {
    House.Instance survivor = experienced();
    House.Instance lost = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = lost.request(tenant);
    Hold stream = request.hold(0, 900);
    checkpoint(stream, request, 250);
    awaitSaved(request, 250);
    house.silence(lost);
    survivor.funds.beat();
    Receipt receipt = Request.settled(stream, request.used(0, 0, 800));
    assertThat(receipt.amountPico()).isEqualTo(800 * OUTPUT_PRICE);
    assertThat(rows(tenant)).containsExactlyInAnyOrder("INTERRUPTED 250 " + 250 * OUTPUT_PRICE,
        "COMPLETED 550 " + 550 * OUTPUT_PRICE);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(200 * OUTPUT_PRICE));
    assertThat(house.jdbc.sql("""
        SELECT count(*) FROM billing.interruption i JOIN billing.usage u ON u.request_id = i.remainder_id
        WHERE i.request_id = :request
        """).param("request", request.id().value()).query(Long.class).single()).isEqualTo(1);

    Request repeat = survivor.request(tenant).withId(request.id());
    Request.settled(repeat.hold(0, 150), repeat.used(0, 0, 150));
    assertThat(house.usageRows(tenant)).isEqualTo(2);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(200 * OUTPUT_PRICE));
  }

  @Test
  void aRetryAtASurvivorPaysTheRestAndTheSurvivorKnowsWhatItHasLeft() {
    House.Instance survivor = experienced();
    House.Instance doomed = beating();
    TenantId tenant = house.paying(2_000 * OUTPUT_PRICE);
    Request request = doomed.request(tenant);
    checkpointed(request, 400);
    doomed.crash();
    house.silence(doomed);
    survivor.funds.beat();

    Request retry = survivor.request(tenant).withId(request.id());
    Receipt receipt = Request.settled(retry.hold(0, 700), retry.used(0, 0, 700));
    assertThat(receipt.amountPico()).isEqualTo(700 * OUTPUT_PRICE);
    assertThat(rows(tenant)).containsExactlyInAnyOrder("INTERRUPTED 400 " + 400 * OUTPUT_PRICE,
        "COMPLETED 300 " + 300 * OUTPUT_PRICE);
    knowsWhatItLeases(survivor);

    Hold rest = survivor.request(tenant).hold(0, 1_300);
    assertThat(rest.coveredOutputTokens()).isEqualTo(1_300);
    assertThat(survivor.request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
    rest.release();
  }

  @Test
  void theCheckpointOfARetryIsThatOfWhoRunsItAndNotOfTheDead() {
    House.Instance survivor = experienced();
    House.Instance doomed = beating();
    TenantId tenant = house.paying(3_000 * OUTPUT_PRICE);
    Request request = doomed.request(tenant);
    checkpointed(request, 400);
    doomed.crash();

    Request retry = survivor.request(tenant).withId(request.id());
    Hold stream = retry.hold(0, 500);
    checkpoint(stream, retry, 100);
    awaitSaved(retry, 100);
    house.silence(doomed);
    survivor.funds.beat();
    assertThat(rows(tenant)).isEmpty();
    knowsWhatItLeases(survivor);
    Request.settled(stream, retry.used(0, 0, 500));
    assertThat(rows(tenant)).containsExactly("COMPLETED 500 " + 500 * OUTPUT_PRICE);
    knowsWhatItLeases(survivor);
  }

  @Test
  void aRetryOfWhatAStopInterruptedPaysTheRestAndBothTogetherAreTheWhole() {
    House.Instance stopping = beating();
    TenantId tenant = house.paying(2_000 * OUTPUT_PRICE);
    Request request = stopping.request(tenant);
    Request.settled(request.hold(0, 400), request.used(0, 0, 400, Outcome.INTERRUPTED));
    stopping.shutDown();

    House.Instance next = beating();
    for (int i = 0; i < 2; i++) {
      Request retry = next.request(tenant).withId(request.id());
      Receipt receipt = Request.settled(retry.hold(0, 600), retry.used(0, 0, 600));
      assertThat(receipt.amountPico()).isEqualTo(600 * OUTPUT_PRICE);
      assertThat(rows(tenant)).containsExactlyInAnyOrder("INTERRUPTED 400 " + 400 * OUTPUT_PRICE,
          "COMPLETED 200 " + 200 * OUTPUT_PRICE);
      knowsWhatItLeases(next);
    }
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(1_400 * OUTPUT_PRICE));
  }

  @Test
  void aRequestThatIsInterruptedAgainAndAgainPaysEachTokenOnce() {
    House.Instance survivor = experienced();
    TenantId tenant = house.paying(2_000 * OUTPUT_PRICE);
    Request request = survivor.request(tenant);
    for (long soFar : List.of(400L, 250L, 500L)) {
      House.Instance doomed = beating();
      checkpointed(doomed.request(tenant).withId(request.id()), soFar);
      doomed.crash();
      house.silence(doomed);
      survivor.funds.beat();
    }
    assertThat(rows(tenant)).containsExactlyInAnyOrder("INTERRUPTED 400 " + 400 * OUTPUT_PRICE,
        "INTERRUPTED 100 " + 100 * OUTPUT_PRICE);
    for (int i = 0; i < 2; i++) {
      Request last = survivor.request(tenant).withId(request.id());
      Receipt receipt = Request.settled(last.hold(0, 700), last.used(0, 0, 700));
      assertThat(receipt.amountPico()).isEqualTo(700 * OUTPUT_PRICE);
      assertThat(rows(tenant)).containsExactlyInAnyOrder("INTERRUPTED 400 " + 400 * OUTPUT_PRICE,
          "INTERRUPTED 100 " + 100 * OUTPUT_PRICE, "COMPLETED 200 " + 200 * OUTPUT_PRICE);
      knowsWhatItLeases(survivor);
    }
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(1_300 * OUTPUT_PRICE));
    UsageRecord record = recordOf(tenant, request);
    assertThat(record.consumption().outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(record.consumption().usage().outputTokens()).isEqualTo(700);
    assertThat(record.receipt().amountPico()).isEqualTo(700 * OUTPUT_PRICE);
    assertThat(record.draws()).extracting(UsageRecords.Draw::tokens).containsExactly(400L, 100L, 200L);
  }

  @Test
  void aRepeatThatEndsBeforeItsInterruptionIsTheEndOfTheRequest() {
    House.Instance instance = beating();
    TenantId tenant = house.paying(2_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Request.settled(request.hold(0, 400), request.used(0, 0, 400, Outcome.INTERRUPTED));
    for (long output : List.of(300L, 600L)) {
      Request repeat = instance.request(tenant).withId(request.id());
      Receipt receipt = Request.settled(repeat.hold(0, output), repeat.used(0, 0, output));
      assertThat(receipt.amountPico()).isEqualTo(400 * OUTPUT_PRICE);
      assertThat(rows(tenant)).containsExactlyInAnyOrder("INTERRUPTED 400 " + 400 * OUTPUT_PRICE,
          "COMPLETED 0 0");
    }
    knowsWhatItLeases(instance);
  }

  /** Whoever dies between a settlement and the end of the request's key leaves the key to the next, id and all. */
  @ParameterizedTest
  @CsvSource({"BACKEND_FAILED, 250, 0, 600", "REQUEST_REFUSED, 0, 0, 600",
      "CLIENT_DISCONNECTED, 250, 250, 350", "FUNDS_EXHAUSTED, 250, 250, 350", "COMPLETED, 250, 250, -1",
      "LENGTH, 250, 250, -1"})
  void aRepeatOfWhatWasCutOffIsBilledForWhatItUsesBeyondThatAndOnce(Outcome outcome, long used, long billed,
      long rest) {
    House.Instance instance = beating();
    TenantId tenant = house.paying(2_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Request.settled(request.hold(0, 400), request.used(0, 0, used, outcome));
    var rows = new ArrayList<String>(List.of(outcome + " " + used + " " + billed * OUTPUT_PRICE));
    if (rest >= 0) {
      rows.add("COMPLETED " + rest + " " + rest * OUTPUT_PRICE);
    }
    for (int i = 0; i < 2; i++) {
      house.time.move(Duration.ofMillis(10));
      Request repeat = instance.request(tenant).withId(request.id());
      Receipt receipt = Request.settled(repeat.hold(0, 600), repeat.used(0, 0, 600));
      assertThat(receipt.amountPico()).isEqualTo((rest < 0 ? billed : 600) * OUTPUT_PRICE);
      assertThat(rows(tenant)).containsExactlyInAnyOrderElementsOf(rows);
    }
    knowsWhatItLeases(instance);
    UsageRecord record = recordOf(tenant, request);
    assertThat(record.consumption().usage().outputTokens()).isEqualTo(rest < 0 ? used : 600);
    assertThat(record.receipt().amountPico()).isEqualTo((rest < 0 ? billed : 600) * OUTPUT_PRICE);
  }

  /** Its gateway died, and the one after it found the failure in the journal; of checkpoints it knows nothing. */
  @ParameterizedTest
  @EnumSource(value = Outcome.class, names = {"BACKEND_FAILED", "REQUEST_REFUSED"})
  void aCheckpointThatOutlivesTheFailureOfItsRequestIsNotBilled(Outcome outcome) {
    House.Instance survivor = experienced();
    House.Instance doomed = beating();
    TenantId tenant = house.paying(2_000 * OUTPUT_PRICE);
    Request request = doomed.request(tenant);
    checkpointed(request, 80);
    doomed.crash();
    Request settledByTheNext = survivor.request(tenant).withId(request.id());
    Request.settled(settledByTheNext.hold(0, 100), settledByTheNext.used(0, 0, 90, outcome));
    assertThat(checkpoints()).isEqualTo(1);
    house.silence(doomed);
    survivor.funds.beat();
    assertThat(checkpoints()).isZero();
    assertThat(rows(tenant)).containsExactly(outcome + " 90 0");
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(2_000 * OUTPUT_PRICE));
  }

  private UsageRecord recordOf(TenantId tenant, Request request) {
    return new SettledUsageRecords(house.pool).find(tenant, request.id()).orElseThrow();
  }

  @Test
  void whatFundsNoLongerCoverOfAnInterruptedAnswerIsTheOperatorsLoss() {
    House.Instance survivor = experienced();
    House.Instance lost = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = lost.request(tenant);
    Hold stream = request.hold(0, 900);
    checkpoint(stream, request, 250);
    awaitSaved(request, 250);
    house.silence(lost);
    survivor.funds.beat();
    survivor.request(tenant).run(0, 0, 700);
    survivor.shutDown();
    Request.settled(stream, request.used(0, 0, 800));
    assertThat(house.balance(tenant)).isZero();
    assertThat(house.loss(tenant, "USD")).isEqualTo(BigInteger.valueOf(500 * OUTPUT_PRICE));
  }

  /** Or what is billed by it and the rest would be more than the answer's end says, and draw on other funds. */
  @Test
  void whatACheckpointSaysWasDrawnIsNotDrawnFromAFundThatHasSomethingAgainLater() {
    House.Instance instance = beating();
    TenantId tenant = house.payAsYouGo(0);
    house.funding.topUp(tenant, "USD", 1_000 * OUTPUT_PRICE, "first");
    Hold other = instance.request(tenant).hold(0, 100_000);
    Request request = instance.request(tenant);
    Hold stream = request.hold(0, 50);
    checkpoint(stream, request, 40);
    other.release();
    assertThat(stream.extend(30)).isEqualTo(30);
    assertThat(stream.extend(5)).isEqualTo(5);
    Receipt receipt = Request.settled(stream, request.used(0, 0, 80));
    assertThat(receipt.amountPico()).isEqualTo(45 * OUTPUT_PRICE);
    assertThat(receipt.freeTokens()).isEqualTo(35);
    assertThat(recordOf(tenant, request).draws()).extracting(UsageRecords.Draw::tokens)
        .containsExactly(40L, 35L, 5L);
  }

  @Test
  void aShutdownSettlesWhatItLeavesRunning() {
    House.Instance instance = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Hold stream = request.hold(0, 900);
    checkpoint(stream, request, 333);
    awaitSaved(request, 333);
    instance.shutDown();
    assertThat(rows(tenant)).containsExactly("INTERRUPTED 333 " + 333 * OUTPUT_PRICE);
    assertThat(house.leased(tenant)).isZero();
  }

  @Test
  void aCheckpointThatCannotBeSettledIsKeptAndKeepsNothingHeld() {
    House.Instance survivor = experienced();
    House.Instance doomed = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request good = doomed.request(tenant);
    checkpointed(good, 100);
    Request unreadable = doomed.request(tenant);
    checkpointed(unreadable, 100);
    Request refused = doomed.request(tenant);
    checkpointed(refused, 100);
    house.jdbc.sql("UPDATE billing.checkpoint SET settlement = '\\x63' WHERE request_id = :request")
        .param("request", unreadable.id().value()).update();
    // Its endpoint becomes one that PostgreSQL does not store.
    house.jdbc.sql("""
        UPDATE billing.checkpoint SET settlement =
          overlay(settlement PLACING '\\xC080'::bytea FROM position('/v'::bytea IN settlement) FOR 2)
        WHERE request_id = :request
        """).param("request", refused.id().value()).update();
    doomed.crash();
    house.silence(doomed);
    survivor.funds.beat();
    assertThat(rows(tenant)).containsExactly("INTERRUPTED 100 " + 100 * OUTPUT_PRICE);
    assertThat(house.jdbc.sql("SELECT request_id FROM billing.interruption WHERE refused IS NOT NULL")
        .query(UUID.class).list()).containsExactlyInAnyOrder(unreadable.id().value(), refused.id().value());
    assertThat(survivor.request(tenant).hold(0, 900).coveredOutputTokens()).isEqualTo(900);
  }

  @Test
  void aHoldWithACheckpointCannotBeReleasedForNothing() {
    House.Instance instance = beating();
    TenantId tenant = house.paying(1_000 * OUTPUT_PRICE);
    Request request = instance.request(tenant);
    Hold stream = request.hold(0, 10);
    checkpoint(stream, request, 5);
    assertThatThrownBy(stream::release).isInstanceOf(IllegalStateException.class);
    Request.settled(stream, request.used(0, 0, 5));
  }

  private void checkpointed(Request request, long output) {
    checkpoint(request.hold(0, output), request, output);
    awaitSaved(request, output);
  }

  private static void checkpoint(Hold stream, Request request, long output) {
    stream.checkpoint(request.used(0, 0, output, Outcome.INTERRUPTED));
  }

  private House.Instance beating() {
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.funds.beat();
    return instance;
  }

  /** An instance that may judge others: it has been renewing for longer than anyone may be silent. */
  private House.Instance experienced() {
    House.Instance instance = beating();
    for (int i = 0; i < 7; i++) {
      house.time.move(Duration.ofSeconds(2));
      instance.funds.beat();
    }
    return instance;
  }

  /** Or it would serve what it does not lease. */
  private void knowsWhatItLeases(House.Instance instance) {
    long epoch = FundsView.epochOf(instance.funds);
    FundsView.look(instance.funds, (tenant, account, granted, held, settling) -> assertThat(granted)
        .isEqualTo(house.jdbc.sql("""
            SELECT COALESCE(sum(granted - billing.pending(account_id, epoch)), 0)::bigint FROM billing.lease
            WHERE epoch = :epoch AND account_id = :account
            """).param("epoch", epoch).param("account", account).query(Long.class).single()));
  }

  private long checkpoints() {
    return house.jdbc.sql("SELECT count(*) FROM billing.checkpoint").query(Long.class).single();
  }

  /** Output tokens lie in the checkpoint as eight bytes, after those of the prompt. */
  private void awaitSaved(Request request, long output) {
    await().atMost(SOON)
        .until(() -> house.jdbc
            .sql(
                """
                    SELECT count(*) FROM billing.checkpoint
                    WHERE request_id = :request AND position(int8send(0) || int8send(0) || int8send(:output) IN settlement) > 0
                    """)
            .param("request", request.id().value()).param("output", output).query(Long.class).single() == 1);
  }

  private List<String> rows(TenantId tenant) {
    return house.jdbc
        .sql(
            """
                SELECT concat_ws(' ', outcome, output_tokens, amount_pico) FROM billing.usage WHERE tenant_id = :tenant
                """)
        .param("tenant", tenant.value()).query(String.class).list();
  }
}
