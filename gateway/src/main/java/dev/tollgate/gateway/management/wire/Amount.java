package dev.tollgate.gateway.management.wire;

import dev.tollgate.billing.Money;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An amount of money as it is sent: an exact decimal in a string, so that no client rounds it on the way.
 *
 * @param currency ISO 4217 code
 * @param amount plain decimal with at most 12 digits after the point, such as {@code 12.50}
 */
public record Amount(String currency, String amount) {

  static final int PICO_DIGITS = 12;
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  public static Amount of(Money money) {
    return of(money.currency(), money.pico());
  }

  public static Amount of(String currency, long pico) {
    return of(currency, BigInteger.valueOf(pico));
  }

  public static Amount of(String currency, BigInteger pico) {
    var decimal = new BigDecimal(pico, PICO_DIGITS);
    return new Amount(currency,
        decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString());
  }

  /** A price per million of what costs some pico-units each. */
  public static Amount perMillion(String currency, long picoEach) {
    return of(currency, BigInteger.valueOf(picoEach).multiply(MILLION));
  }

  /** In 10⁻¹² of the currency. Of an amount that was bound from a body, which has been checked. */
  public long pico() {
    return new BigDecimal(amount).movePointRight(PICO_DIGITS).longValueExact();
  }
}
