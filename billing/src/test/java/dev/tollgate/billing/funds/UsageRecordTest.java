package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.UsageRecords.Draw;
import dev.tollgate.billing.UsageRecords.Taken;
import dev.tollgate.billing.UsageRecords.UsageRecord;
import dev.tollgate.billing.statements.SettledUsageRecords;
import dev.tollgate.tenants.TenantId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of every request it can be read what was drawn for it, from which funds and at which prices (money rule 8). */
class UsageRecordTest {

  private static final long DOLLAR = 1_000_000_000_000L;
  private static final long OUTPUT = 6_000_000;

  private final House house = new House();
  private final House.Instance instance = house.instance();
  private final SettledUsageRecords records = new SettledUsageRecords(house.pool);

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  /** A tenant whose free tokens are used up, with 30 pack tokens and money. */
  private TenantId withSomeOfEverything() {
    TenantId tenant = house.payAsYouGo(0, ZoneOffset.UTC);
    house.funding.topUp(tenant, "USD", DOLLAR, "first");
    assertThat(house.packs.buy(tenant, new Packs.Order(new Packs.Size.Tokens(1_000_000), "USD",
        Packs.Payment.RECORDED, "PO-7"))).isInstanceOf(Packs.Purchase.Bought.class);
    instance.request(tenant).run(99_998, 0, 2);
    instance.request(tenant).run(999_968, 0, 1);
    return tenant;
  }

  @Test
  void aRequestThatAPackAndMoneyPaidForTellsWhatEachGave() {
    TenantId tenant = withSomeOfEverything();
    Request request = instance.request(tenant);
    Receipt receipt = request.run(20, 0, 20);
    UsageRecord record = records.find(tenant, request.id()).orElseThrow();
    assertThat(record.receipt()).isEqualTo(receipt);
    assertThat(record.key()).isEqualTo(request.payer().key());
    assertThat(record.arrivedAt()).isEqualTo(house.time.clock().instant());
    assertThat(record.draws()).extracting(Draw::tokenClass, Draw::tokens, Draw::taken).containsExactly(
        tuple(TokenClass.INPUT, 20L, new Taken.PackTokens("PO-7", 1_000, 20_000)),
        tuple(TokenClass.OUTPUT, 5L, new Taken.PackTokens("PO-7", 2_000, 10_000)),
        tuple(TokenClass.OUTPUT, 15L, new Taken.Amount(OUTPUT, 15 * OUTPUT)));
    assertThat(receipt.amountPico()).isEqualTo(15 * OUTPUT);
    assertThat(receipt.packMillitokens()).isEqualTo(30_000);
    assertThat(record.draws()).extracting(Draw::price).doesNotContain(0L);
  }

  @Test
  void aRequestOfTheFreeAllowanceTellsSo() {
    TenantId tenant = house.payAsYouGo(0, ZoneOffset.UTC);
    Request request = instance.request(tenant);
    request.run(20, 10, 5);
    assertThat(records.find(tenant, request.id()).orElseThrow().draws())
        .extracting(Draw::tokenClass, Draw::tokens, Draw::taken).containsExactly(
            tuple(TokenClass.INPUT, 20L, new Taken.FreeTokens()),
            tuple(TokenClass.INPUT_CACHED, 10L, new Taken.FreeTokens()),
            tuple(TokenClass.OUTPUT, 5L, new Taken.FreeTokens()));
  }

  @Test
  void whatTheOperatorFailedToAnswerIsRecordedWithoutDraws() {
    TenantId tenant = house.paying(DOLLAR);
    Request request = instance.request(tenant);
    var failed = request.used(20, 0, 5, Outcome.BACKEND_FAILED);
    Request.settled(request.hold(20, 5), new Consumption(failed.usage(), failed.outcome(), failed.endpoint(),
        null, null, failed.completedAt()));
    UsageRecord record = records.find(tenant, request.id()).orElseThrow();
    assertThat(record.draws()).isEmpty();
    assertThat(record.consumption().backend()).isNull();
    assertThat(record.consumption().firstTokenAt()).isNull();
    assertThat(record.receipt().amountPico()).isZero();
  }

  @Test
  void nothingIsToldOfOtherTenantsRequestsOrOfNone() {
    TenantId tenant = house.paying(DOLLAR);
    Request request = instance.request(tenant);
    request.run(1, 0, 1);
    assertThat(records.find(house.paying(0), request.id())).isEmpty();
    assertThat(records.find(tenant, Request.idAt(house.time.clock().instant()))).isEmpty();
  }
}
