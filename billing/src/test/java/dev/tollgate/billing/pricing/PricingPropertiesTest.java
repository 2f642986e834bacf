package dev.tollgate.billing.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Usage;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class PricingPropertiesTest {

  private static final TokenPrices LIST = new TokenPrices(3_000_000, 300_000, 6_000_000, 1, 2, 3);

  @Property
  void anyUsageWithinAHoldFitsInItAtAnyPrice(@ForAll @LongRange(max = 1_000_000) long free,
      @ForAll @LongRange(max = 1_000_000) long paid, @ForAll @LongRange(max = 1_000_000) long freeOutput,
      @ForAll @LongRange(max = 1_000_000) long paidOutput, @ForAll @LongRange(max = 1_000) long usedPermille,
      @ForAll @LongRange(max = 1_000) long cachedPermille,
      @ForAll @LongRange(max = 10_000_000) long inputPrice,
      @ForAll @LongRange(max = 10_000_000) long cachedPrice,
      @ForAll @LongRange(max = 10_000_000) long outputPrice) {
    List<Slice> input = slices(free, paid, LIST.dearestInput());
    List<Slice> output = slices(freeOutput, paidOutput, LIST.output());
    long prompt = (free + paid) * usedPermille / 1_000;
    var usage = Usage.of(prompt, prompt * cachedPermille / 1_000,
        (freeOutput + paidOutput) * usedPermille / 1_000);
    Bill bill = Pricing.bill(usage, new TokenPrices(inputPrice, cachedPrice, outputPrice, 1, 2, 3), input,
        output);
    assertThat(bill.amountPico()).isLessThanOrEqualTo(input.get(1).amount() + output.get(1).amount());
    assertThat(bill.freeTokens()).isEqualTo(
        Math.min(usage.promptTokens(), free) + Math.min(usage.outputTokens(), freeOutput));
    assertThat(bill.lines().stream().mapToLong(Line::tokens).sum()).isEqualTo(usage.rawTokens());
    assertThat(bill.lines()).allMatch(line -> line.amount() == line.tokens() * line.unitPrice());
  }

  @Property
  void withoutAnAllowanceBillsAddUp(@ForAll @LongRange(max = 1_000_000_000) long input,
      @ForAll @LongRange(max = 1_000_000_000) long cached,
      @ForAll @LongRange(max = 1_000_000_000) long output,
      @ForAll @LongRange(max = 1_000_000_000) long more) {
    long apart = price(input, cached, output) + price(more, more, more);
    assertThat(price(input + more, cached + more, output + more)).isEqualTo(apart);
    assertThat(apart).isGreaterThanOrEqualTo(price(input, cached, output));
    assertThat(price(input, cached, output))
        .isEqualTo(input * 3_000_000 + cached * 300_000 + output * 6_000_000);
  }

  @Example
  void anAmountThatDoesNotFitInALongIsRefused() {
    long tokens = Long.MAX_VALUE / 3_000_000 + 1;
    assertThatThrownBy(() -> price(tokens, 0, 0)).isInstanceOf(ArithmeticException.class);
  }

  @Example
  void aPriceThatRoseIsNotChargedBeyondWhatWasHeld() {
    var risen = new TokenPrices(9_000_000, 900_000, 18_000_000, 4, 5, 6);
    Bill bill = Pricing.bill(new Usage(10, 0, 10), risen, slices(0, 10, 3_000_000), slices(0, 10, 6_000_000));
    assertThat(bill.amountPico()).isEqualTo(10 * 3_000_000 + 10 * 6_000_000);
  }

  @Example
  void aPriceThatFellIsChargedAsItIsNow() {
    var fallen = new TokenPrices(1_000_000, 100_000, 2_000_000, 4, 5, 6);
    Bill bill = Pricing.bill(new Usage(10, 0, 10), fallen, slices(0, 10, 3_000_000),
        slices(0, 10, 6_000_000));
    assertThat(bill.amountPico()).isEqualTo(10 * 1_000_000 + 10 * 2_000_000);
  }

  @Example
  void usageBeyondTheHoldIsRefused() {
    assertThatThrownBy(() -> Pricing.bill(new Usage(0, 0, 11), LIST, List.of(), slices(0, 10, 6_000_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void aDiscountThatLeavesAFractionOfAPicoUnitIsRefused() {
    assertThat(LIST.discounted(3_000)).isEqualTo(new TokenPrices(2_100_000, 210_000, 4_200_000, 1, 2, 3));
    var odd = new TokenPrices(1, 1, 1, 1, 2, 3);
    assertThatThrownBy(() -> odd.discounted(3_000)).isInstanceOf(ArithmeticException.class);
  }

  private static List<Slice> slices(long free, long paid, long price) {
    return List.of(new Slice(1, FundKind.FREE_ALLOWANCE, free, 1), new Slice(2, FundKind.MONEY, paid, price));
  }

  private static long price(long input, long cached, long output) {
    return Pricing.bill(new Usage(input, cached, output), LIST, slices(0, input + cached, 3_000_000),
        slices(0, output, 6_000_000)).amountPico();
  }
}
