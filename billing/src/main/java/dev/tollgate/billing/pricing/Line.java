package dev.tollgate.billing.pricing;

import dev.tollgate.billing.TokenClass;

/**
 * Tokens of one class drawn from one fund at one price.
 *
 * @param account the fund's account
 * @param priceRow the price book row that the unit price follows from: of those in force when the request completed, or
 *     where it was held cheaper, of those that it was held at
 * @param unitPrice in the fund's unit: pico-units, 1 for a free token, or the coefficient of a pack
 * @param amount in the fund's unit: tokens × unit price
 */
public record Line(TokenClass tokenClass, long account, FundKind kind, long tokens, long priceRow,
    long unitPrice, long amount) {}
