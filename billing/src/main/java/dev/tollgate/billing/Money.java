package dev.tollgate.billing;

import java.math.BigInteger;

/**
 * An exact amount in one currency.
 *
 * @param currency ISO 4217 code
 * @param pico in 10⁻¹² of the currency; any size, since sums of many requests outgrow a {@code long}
 */
public record Money(String currency, BigInteger pico) {}
