package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.billing.UsageRecords.UsageRecord;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who repeats a request that was cut off pays for what that uses beyond all that was billed of it. */
class RepeatedRequestTest extends CheckpointedHouse {

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
}
