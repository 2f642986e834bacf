package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was running when an instance died is settled for what its last checkpoint says. */
class CheckpointTest extends CheckpointedHouse {

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
}
