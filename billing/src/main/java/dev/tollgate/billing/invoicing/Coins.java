package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Between the smallest coin of a currency and its 10⁻¹². Pure. */
final class Coins {

  private static final int PICO_DIGITS = 12;
  private static final long WHOLE = 10_000;

  private Coins() {}

  static BigInteger pico(long coins, int minorDigits) {
    return BigInteger.valueOf(coins).multiply(BigInteger.TEN.pow(PICO_DIGITS - minorDigits));
  }

  /** Tax on a net amount, rounded half to even. */
  static long tax(long net, int basisPoints) {
    return new BigDecimal(BigInteger.valueOf(net).multiply(BigInteger.valueOf(basisPoints)))
        .divide(BigDecimal.valueOf(WHOLE), 0, RoundingMode.HALF_EVEN).longValueExact();
  }

  static String plain(long coins, Invoice invoice) {
    return BigDecimal.valueOf(coins, invoice.minorDigits()).toPlainString() + " " + invoice.currency();
  }
}
