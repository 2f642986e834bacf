package dev.tollgate.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.pricing.Pricing;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.billing.pricing.TokenPrices;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RemainderTest {

  private static final Instant NOW = Instant.parse("2026-11-15T12:00:00Z");
  private static final TokenPrices PRICES = new TokenPrices(3_000_000, 300_000, 6_000_000, 1, 2, 3);
  private static final RequestId ID = Request.idAt(NOW);
  private static final RequestId REST = Remainder.idOf(ID, 1);

  @Property(tries = 500)
  void aCheckpointAndItsRemainderCostWhatTheWholeAnswerCosts(@ForAll @LongRange(max = 500) long input,
      @ForAll @LongRange(max = 500) long cached, @ForAll @LongRange(max = 1_000) long output,
      @ForAll @LongRange(max = 1_000) long soFar, @ForAll @LongRange(max = 2_000) long free) {
    List<Slice> prompt = slices(Math.min(free, input + cached), input + cached);
    List<Slice> answer = slices(Math.min(Math.max(0, free - input - cached), output), output);
    Settlement whole = settlement(new Usage(input, cached, output), prompt, answer);
    Settlement part = settlement(new Usage(input, cached, Math.min(soFar, output)), prompt, answer);
    Settlement rest = Remainder.of(whole, part.bill().lines(), REST);
    assertThat(rest.consumption().usage()).isEqualTo(new Usage(0, 0, Math.max(0, output - soFar)));
    assertThat(rest.bill().amountPico()).isEqualTo(whole.bill().amountPico() - part.bill().amountPico());
    assertThat(rest.bill().freeTokens()).isEqualTo(whole.bill().freeTokens() - part.bill().freeTokens());
    assertThat(rest.id()).isEqualTo(REST);
  }

  @Property(tries = 500)
  void interruptedTwiceAllPartsTogetherDrawWhatTheWholeAnswerDraws(
      @ForAll @Size(3) List<@LongRange(max = 100) Long> free,
      @ForAll @Size(3) List<@LongRange(max = 100) Long> money) {
    long freeTokens = 0;
    long moneyTokens = 0;
    var billed = new ArrayList<Settlement>();
    for (int i = 0; i < 3; i++) {
      freeTokens += free.get(i);
      moneyTokens += money.get(i);
      Settlement rest = settlement(new Usage(0, 0, freeTokens + moneyTokens), List.of(),
          slices(freeTokens, freeTokens + moneyTokens));
      for (Settlement part : billed) {
        rest = Remainder.of(rest, part.bill().lines(), REST);
      }
      assertThat(rest.bill().freeTokens()).isEqualTo(free.get(i));
      assertThat(rest.bill().amountPico()).isEqualTo(money.get(i) * 6_000_000);
      billed.add(rest);
    }
  }

  @Property(tries = 500)
  void interruptedTwiceEachTokenOfTheLongestAttemptIsBilledOnce(
      @ForAll @Size(3) List<@LongRange(max = 900) Long> outputs, @ForAll @LongRange(max = 300) long input,
      @ForAll @LongRange(max = 600) long free) {
    var billed = new ArrayList<Settlement>();
    for (long output : outputs) {
      Settlement rest = settlement(new Usage(input, 0, output), slices(Math.min(free, input), input),
          slices(Math.min(Math.max(0, free - input), output), output));
      for (Settlement part : billed) {
        rest = Remainder.of(rest, part.bill().lines(), REST);
      }
      billed.add(rest);
    }
    assertThat(billed.stream().flatMap(part -> part.bill().lines().stream()).mapToLong(Line::tokens).sum())
        .isEqualTo(input + outputs.stream().max(Long::compare).orElseThrow());
  }

  @Test
  void everyPartOfARequestHasAnIdOfItsOwnThatSaysWhenItArrived() {
    Set<RequestId> ids = SettlementModels.idsOf(ID).limit(1_000).collect(Collectors.toSet());
    assertThat(ids).hasSize(1_000).contains(ID).allSatisfy(id -> {
      assertThat(id.value().variant()).isEqualTo(2);
      assertThat(id.value().getMostSignificantBits()).isEqualTo(ID.value().getMostSignificantBits());
    });
  }

  @Property(tries = 200)
  void aRepeatThatFindsItsPromptInTheCachePaysItOnce(@ForAll @LongRange(max = 500) long prompt,
      @ForAll @LongRange(max = 500) long hit, @ForAll @LongRange(max = 100) long output) {
    long cached = Math.min(hit, prompt);
    Settlement part = settlement(new Usage(prompt, 0, output), slices(0, prompt), slices(0, output));
    Settlement whole = settlement(new Usage(prompt - cached, cached, output + 7), slices(0, prompt),
        slices(0, output + 7));
    Settlement rest = Remainder.of(whole, part.bill().lines(), REST);
    assertThat(rest.consumption().usage()).isEqualTo(new Usage(0, 0, 7));
    assertThat(rest.bill().amountPico()).isEqualTo(7 * 6_000_000);
  }

  @Property(tries = 200)
  void anAnswerThatCameToDrawOnFundsAheadOfItsCheckpointsIsBilledAsItsClientWasTold(
      @ForAll @LongRange(max = 100) long free, @ForAll @LongRange(max = 100) long money,
      @ForAll @LongRange(max = 100) long moreFree, @ForAll @LongRange(max = 100) long moreMoney) {
    Settlement part = settlement(new Usage(0, 0, free + money), List.of(), slices(free, free + money));
    long output = free + moreFree + money + moreMoney;
    Settlement whole = settlement(new Usage(0, 0, output), List.of(), slices(free + moreFree, output));
    Settlement rest = Remainder.of(whole, part.bill().lines(), REST);
    assertThat(rest.bill().freeTokens()).isEqualTo(moreFree);
    assertThat(rest.bill().amountPico()).isEqualTo(moreMoney * 6_000_000);
  }

  private static List<Slice> slices(long free, long all) {
    return List.of(new Slice(1, FundKind.FREE_ALLOWANCE, free, 1, PRICES),
        new Slice(2, FundKind.MONEY, all - free, 6_000_000, PRICES));
  }

  private static Settlement settlement(Usage usage, List<Slice> input, List<Slice> output) {
    Bill bill = Pricing.bill(usage, PRICES, input, output);
    UUID tenant = new UUID(1, 2);
    return new Settlement(ID, new Payer(new TenantId(tenant), new ProjectId(tenant), new ApiKeyId(tenant)), 1,
        "USD",
        "m", "eu", NOW, 1, new Consumption(usage, Outcome.COMPLETED, "/v1/completions", "b", NOW, NOW), bill,
        List.of());
  }
}
