package dev.tollgate.billing.packs;

import dev.tollgate.billing.Packs.Offer;
import dev.tollgate.billing.Packs.Size;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;

/** What an order of a size costs under an offer, or why it cannot be had. Pure. */
sealed interface Quote {

  /** Thousandths that a pack token is counted in. */
  long MILLI = 1_000;
  int PICO_DIGITS = 12;

  /** What is sold, and for how much: a money pack for just the amount that was asked for. */
  record Priced(long packTokens, long pricePico) implements Quote {}

  record Impossible(String field, String rule) implements Quote {}

  /** Quotes a size; the offer is one for sizes of its kind. */
  static Quote of(Offer offer, Size size) {
    return switch (size) {
      case Size.Tokens(long packTokens) -> ofTokens(offer, packTokens);
      case Size.Worth(long amountPico) -> ofWorth(offer, amountPico);
    };
  }

  private static Quote ofTokens(Offer offer, long packTokens) {
    if (packTokens < offer.minimum()) {
      return new Impossible("packTokens", "must be at least " + offer.minimum());
    }
    long most = Long.MAX_VALUE / Math.max(offer.picoPerPackToken(), MILLI);
    if (packTokens > most) {
      return new Impossible("packTokens", "must be at most " + most);
    }
    long price = packTokens * offer.picoPerPackToken();
    long coin = coinOf(offer.currency());
    if (price % coin != 0) {
      BigInteger rate = BigInteger.valueOf(offer.picoPerPackToken());
      BigInteger step = BigInteger.valueOf(coin).divide(rate.gcd(BigInteger.valueOf(coin)));
      return new Impossible("packTokens",
          "must be a multiple of " + step + ", so that the price is a whole number of "
              + plain(coin) + " " + offer.currency());
    }
    return new Priced(packTokens, price);
  }

  private static Quote ofWorth(Offer offer, long amountPico) {
    if (amountPico < offer.minimum()) {
      return new Impossible("amount", "must be at least " + plain(offer.minimum()) + " " + offer.currency());
    }
    long coin = coinOf(offer.currency());
    if (amountPico % coin != 0) {
      return new Impossible("amount",
          "must be a whole number of " + plain(coin) + " " + offer.currency());
    }
    long packTokens = amountPico / offer.picoPerPackToken();
    if (packTokens < 1 || packTokens > Long.MAX_VALUE / MILLI) {
      return new Impossible("amount", "must buy at least 1 and at most " + Long.MAX_VALUE / MILLI
          + " pack tokens");
    }
    return new Priced(packTokens, amountPico);
  }

  /** The smallest coin of a currency, in 10⁻¹² of it. */
  private static long coinOf(String currency) {
    int digits = Math.clamp(Currency.getInstance(currency).getDefaultFractionDigits(), 0, PICO_DIGITS);
    return BigInteger.TEN.pow(PICO_DIGITS - digits).longValueExact();
  }

  private static String plain(long pico) {
    return BigDecimal.valueOf(pico, PICO_DIGITS).stripTrailingZeros().toPlainString();
  }
}
