package dev.tollgate.exports.pdf;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers for people: thousands apart, a minus before what is taken off. */
final class Numbers {

  private static final DecimalFormatSymbols ENGLISH = DecimalFormatSymbols.getInstance(Locale.ENGLISH);
  private static final int LEAST_DECIMALS = 2;

  private Numbers() {}

  /** With as many decimals as the amount has. */
  static String money(BigDecimal amount) {
    var format = new DecimalFormat("#,##0", ENGLISH);
    format.setMinimumFractionDigits(amount.scale());
    return format.format(amount).replace('-', '\u2212');
  }

  /** With two decimals or as many more as the price has. */
  static String price(BigDecimal price) {
    return money(price.setScale(Math.max(LEAST_DECIMALS, price.scale())));
  }

  static String whole(BigInteger number) {
    return new DecimalFormat("#,##0", ENGLISH).format(number).replace('-', '\u2212');
  }
}
