package dev.tollgate.billing;

import java.math.BigInteger;

/**
 * An exact amount in one currency.
 *
 * @param currency ISO 4217 code
 * @param pico in 10⁻¹² of the currency; any size, since sums of many requests outgrow a {@code long}
 */
public record Money(String currency, BigInteger pico) {

  /**
   * The most that is paid in, adjusted or settled at once, in 10⁻¹²: 10¹⁴ of any currency. Sums of many still fit into what
   * documents and the ledger count in, also where a currency has four decimals.
   */
  public static final BigInteger MOST_AT_ONCE = BigInteger.TEN.pow(26);
}
