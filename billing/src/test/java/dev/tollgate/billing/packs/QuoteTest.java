package dev.tollgate.billing.packs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Packs.Offer;
import dev.tollgate.billing.Packs.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuoteTest {

  private static final Offer TOKENS = new Offer(false, "USD", 2_400_000, 1_000_000, 12);
  private static final Offer MONEY = new Offer(true, "USD", 2_400_000, 50_000_000_000_000L, 12);
  private static final Offer YEN = new Offer(true, "JPY", 300_000_000, 5_000_000_000_000_000L, 12);

  @ParameterizedTest(name = "{0} pack tokens cost {1}")
  @CsvSource({"1000000, 2400000000000", "1012500, 2430000000000", "30000000, 72000000000000"})
  void aTokenPackCostsItsTokens(long packTokens, long pico) {
    assertThat(Quote.of(TOKENS, new Size.Tokens(packTokens))).isEqualTo(new Quote.Priced(packTokens, pico));
  }

  @ParameterizedTest(name = "{0} pico-units buy {1} pack tokens")
  @CsvSource({"50000000000000, 20833333", "50010000000000, 20837500", "72000000000000, 30000000"})
  void aMoneyPackHoldsWhatItsPriceCovers(long pico, long packTokens) {
    assertThat(Quote.of(MONEY, new Size.Worth(pico))).isEqualTo(new Quote.Priced(packTokens, pico));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {
      "999999               | must be at least 1000000",
      "0                    | must be at least 1000000",
      "-1                   | must be at least 1000000",
      "-9223372036854775808 | must be at least 1000000",
      "1000001              | must be a multiple of 12500, so that the price is a whole number of 0.01 USD",
      "9223372036854775807  | must be at most 3843071682022",
      "3843071682023        | must be at most 3843071682022"})
  void aTokenPackIsRefused(long packTokens, String rule) {
    assertThat(Quote.of(TOKENS, new Size.Tokens(packTokens)))
        .isEqualTo(new Quote.Impossible("packTokens", rule));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {
      "49990000000000      | must be at least 50 USD",
      "-50000000000000     | must be at least 50 USD",
      "0                   | must be at least 50 USD",
      "50000000000001      | must be a whole number of 0.01 USD",
      "50009999999999      | must be a whole number of 0.01 USD",
      "9223372036854775807 | must be a whole number of 0.01 USD"})
  void aMoneyPackIsRefused(long pico, String rule) {
    assertThat(Quote.of(MONEY, new Size.Worth(pico))).isEqualTo(new Quote.Impossible("amount", rule));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {"5000500000000000 | must be a whole number of 1 JPY",
      "4999000000000000 | must be at least 5000 JPY"})
  void aCurrencyWithoutCentsIsSoldInWholeUnits(long pico, String rule) {
    assertThat(Quote.of(YEN, new Size.Worth(pico))).isEqualTo(new Quote.Impossible("amount", rule));
  }
}
