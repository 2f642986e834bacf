package dev.tollgate.billing.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class PricingPropertiesTest {

  private static final long ROOM = 1_000;
  private static final Arbitrary<Long> COEFFICIENT = Arbitraries.longs().between(0, 10_000);
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

  @Property
  void aBillIsTheSumOfItsLinesAndNoSliceGivesMoreThanItHoldsAndMoreTokensNeverCostLess(
      @ForAll("prices") TokenPrices prices, @ForAll("slices") List<Slice> input,
      @ForAll("slices") List<Slice> output, @ForAll @LongRange(max = 1_000) long usedPermille,
      @ForAll @LongRange(max = 1_000) long cachedPermille,
      @ForAll @LongRange(min = 1, max = ROOM) long more) {
    long prompt = (tokens(input) - ROOM) * usedPermille / 1_000;
    var usage = Usage.of(prompt, prompt * cachedPermille / 1_000,
        (tokens(output) - ROOM) * usedPermille / 1_000);
    Bill bill = checked(usage, prices, input, output);
    for (TokenClass grown : TokenClass.values()) {
      var larger = new Usage(usage.inputTokens() + (grown == TokenClass.INPUT ? more : 0),
          usage.cachedInputTokens() + (grown == TokenClass.INPUT_CACHED ? more : 0),
          usage.outputTokens() + (grown == TokenClass.OUTPUT ? more : 0));
      Bill dearer = checked(larger, prices, input, output);
      assertThat(dearer.amountPico()).as("money for more %s", grown)
          .isGreaterThanOrEqualTo(bill.amountPico());
      for (FundKind kind : FundKind.values()) {
        assertThat(drawn(dearer, grown, kind)).as("%s from %s", grown, kind)
            .isGreaterThanOrEqualTo(drawn(bill, grown, kind));
      }
    }
  }

  /** A bill whose lines are its sums, its tokens and no more than each slice holds. */
  private static Bill checked(Usage usage, TokenPrices prices, List<Slice> input, List<Slice> output) {
    Bill bill = Pricing.bill(usage, prices, input, output);
    assertThat(sum(bill, FundKind.MONEY)).isEqualTo(bill.amountPico());
    assertThat(sum(bill, FundKind.PACK)).isEqualTo(bill.packMillitokens());
    assertThat(sum(bill, FundKind.FREE_ALLOWANCE)).isEqualTo(bill.freeTokens());
    for (TokenClass each : TokenClass.values()) {
      assertThat(
          bill.lines().stream().filter(line -> line.tokenClass() == each).mapToLong(Line::tokens).sum())
          .isEqualTo(usage.of(each));
    }
    assertThat(bill.lines()).allMatch(line -> line.amount() == line.tokens() * line.unitPrice());
    for (Slice slice : input) {
      assertThat(drawn(bill, slice, true)).isLessThanOrEqualTo(slice.amount());
    }
    for (Slice slice : output) {
      assertThat(drawn(bill, slice, false)).isLessThanOrEqualTo(slice.amount());
    }
    return bill;
  }

  private static long sum(Bill bill, FundKind kind) {
    return bill.lines().stream().filter(line -> line.kind() == kind).mapToLong(Line::amount).sum();
  }

  private static long drawn(Bill bill, TokenClass of, FundKind kind) {
    return bill.lines().stream().filter(line -> line.tokenClass() == of && line.kind() == kind)
        .mapToLong(Line::amount).sum();
  }

  private static long drawn(Bill bill, Slice slice, boolean prompt) {
    return bill.lines().stream()
        .filter(
            line -> line.account() == slice.account() && (line.tokenClass() != TokenClass.OUTPUT) == prompt)
        .mapToLong(Line::amount).sum();
  }

  private static long tokens(List<Slice> slices) {
    return slices.stream().mapToLong(Slice::tokens).sum();
  }

  @Property
  void whereMoneyAlonePaysWhatIsUsedInPartsCostsWhatItCostsAtOnce(@ForAll("prices") TokenPrices prices,
      @ForAll @LongRange(max = 1_000_000) long input, @ForAll @LongRange(max = 1_000_000) long cached,
      @ForAll @LongRange(max = 1_000_000) long output, @ForAll @LongRange(max = 1_000) long partPermille) {
    var part = new Usage(input * partPermille / 1_000, cached * partPermille / 1_000,
        output * partPermille / 1_000);
    var rest = new Usage(input - part.inputTokens(), cached - part.cachedInputTokens(),
        output - part.outputTokens());
    long whole = price(new Usage(input, cached, output), prices);
    assertThat(price(part, prices) + price(rest, prices)).isEqualTo(whole);
    assertThat(whole)
        .isEqualTo(input * prices.input() + cached * prices.cachedInput() + output * prices.output());
  }

  private static long price(Usage usage, TokenPrices prices) {
    return Pricing.bill(usage, prices, slices(0, usage.promptTokens(), prices.dearestInput()),
        slices(0, usage.outputTokens(), prices.output())).amountPico();
  }

  @Property
  void everyLineNamesThePriceThatDecided(@ForAll("prices") TokenPrices held,
      @ForAll("prices") TokenPrices now, @ForAll @LongRange(max = 1_000) long free,
      @ForAll @LongRange(max = 1_000) long input, @ForAll @LongRange(max = 1_000) long cached,
      @ForAll @LongRange(max = 1_000) long output) {
    var current = new TokenPrices(now.input(), now.cachedInput(), now.output(), 4, 5, 6, now.coefficients());
    Bill bill = Pricing.bill(new Usage(input, cached, output), current,
        slices(free, input + cached, held.dearestInput(), held), slices(free, output, held.output(), held));
    for (Line line : bill.lines()) {
      long atMost = line.kind() == FundKind.FREE_ALLOWANCE ? 1
          : line.tokenClass() == TokenClass.OUTPUT ? held.output() : held.dearestInput();
      TokenPrices decided = atMost < current.of(line.tokenClass(), line.kind()) ? held : current;
      assertThat(line.priceRow()).as("%s", line).isEqualTo(decided.rowOf(line.tokenClass()));
      assertThat(line.unitPrice()).isEqualTo(
          Math.min(atMost, current.of(line.tokenClass(), line.kind())));
    }
  }

  /** Prices and coefficients that have nothing to do with one another, none among them. */
  @Provide
  Arbitrary<TokenPrices> prices() {
    Arbitrary<Long> pico = Arbitraries.longs().between(0, 10_000_000);
    Arbitrary<Coefficients> coefficients = Combinators
        .combine(COEFFICIENT, COEFFICIENT, COEFFICIENT).as(Coefficients::new);
    return Combinators.combine(pico, pico, pico, coefficients)
        .as((input, cached, output, deducted) -> new TokenPrices(input, cached, output, 1, 2, 3, deducted));
  }

  /** In drawing order: an allowance, two packs, and money for at least {@value #ROOM} tokens. */
  @Provide
  Arbitrary<List<Slice>> slices() {
    Arbitrary<Long> tokens = Arbitraries.longs().between(0, 100_000);
    Arbitrary<Slice> money = Combinators.combine(tokens, Arbitraries.longs().between(0, 10_000_000))
        .as((some, price) -> new Slice(4, FundKind.MONEY, ROOM + some, price, LIST));
    return Combinators.combine(tokens, pack(2), pack(3), money)
        .as((free, first, second, last) -> List.of(new Slice(1, FundKind.FREE_ALLOWANCE, free, 1, LIST),
            first,
            second,
            last));
  }

  private static Arbitrary<Slice> pack(long account) {
    return Combinators.combine(Arbitraries.longs().between(0, 100_000), COEFFICIENT)
        .as((tokens, deducted) -> new Slice(account, FundKind.PACK, tokens, deducted, LIST));
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
    assertThat(bill.lines()).extracting(Line::priceRow).containsExactly(1L, 3L);
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
    return slices(free, paid, price, LIST);
  }

  private static List<Slice> slices(long free, long paid, long price, TokenPrices heldAt) {
    return List.of(new Slice(1, FundKind.FREE_ALLOWANCE, free, 1, heldAt),
        new Slice(2, FundKind.MONEY, paid, price, heldAt));
  }

  private static long price(long input, long cached, long output) {
    return Pricing.bill(new Usage(input, cached, output), LIST, slices(0, input + cached, 3_000_000),
        slices(0, output, 6_000_000)).amountPico();
  }
}
