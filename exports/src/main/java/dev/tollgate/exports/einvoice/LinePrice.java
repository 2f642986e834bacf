package dev.tollgate.exports.einvoice;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.exports.Amounts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A line's quantity and price, such that quantity × price ÷ basis is its amount as every reader rounds it. Where the
 * reconciliation of lines with the sum moved a coin, or where there is nothing to count, it is one piece at its amount.
 *
 * @param quantity below zero where the amount is
 * @param price of the basis, never below zero (BR-27)
 */
record LinePrice(BigDecimal quantity, BigDecimal price, BigDecimal basis) {

  static LinePrice of(Invoice invoice, Line line) {
    BigDecimal amount = Amounts.of(invoice, line.amount());
    if (counts(line)) {
      BigDecimal basis = BigDecimal.valueOf(Amounts.PER_TOKENS);
      BigDecimal price = line.chargedTo() == ChargedTo.NOTHING ? BigDecimal.ZERO
          : Amounts.perMillion(line.unitPrice());
      var counted = new LinePrice(new BigDecimal(line.quantity()), price, basis);
      if (counted.comesTo(amount)) {
        return counted;
      }
    }
    return new LinePrice(BigDecimal.valueOf(line.amount() < 0 ? -1 : 1), amount.abs(), BigDecimal.ONE);
  }

  private static boolean counts(Line line) {
    return (line.kind() == LineKind.USAGE || line.kind() == LineKind.SHORTFALL)
        && !line.quantity().equals(BigInteger.ZERO);
  }

  private boolean comesTo(BigDecimal amount) {
    return quantity.multiply(price).divide(basis, amount.scale(), RoundingMode.HALF_UP)
        .compareTo(amount) == 0;
  }
}
