package dev.tollgate.gateway.management.wire;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An amount of a document, or of money that was paid in: in a {@code long} of 10⁻¹² there is room for what requests cost, not
 * for what they come to in a month.
 *
 * @param currency ISO 4217 code
 * @param amount plain decimal with at most 12 digits after the point, at most 10¹⁴
 */
public record LargeAmount(String currency, String amount) {

  /** In 10⁻¹² of the currency. Of an amount that was bound from a body, which has been checked. */
  public BigInteger pico() {
    return new BigDecimal(amount).movePointRight(Amount.PICO_DIGITS).toBigIntegerExact();
  }
}
