package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.exports.Amounts;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * What a row of Cost and Usage says about a document's tax. Billed is what the document charges. The other costs are
 * tax at the document's rate on those of its other rows; what is effective without being billed, such as a draw from a
 * pack that was taxed when it was bought, makes tax effective in the same way.
 */
record FocusTax(BigDecimal billed, BigDecimal effective, BigDecimal contracted, BigDecimal list) {

  static final String CATEGORY = "Tax";
  static final String DESCRIPTION = "VAT";
  private static final int RATE_DIGITS = 4;

  static FocusTax of(Invoice invoice) {
    BigDecimal rate = BigDecimal.valueOf(Objects.requireNonNull(invoice.tax()).basisPoints(), RATE_DIGITS);
    BigDecimal billed = FocusRows.signed(invoice, Amounts.of(invoice, invoice.totals().tax()));
    BigDecimal ahead = BigDecimal.ZERO;
    BigDecimal contracted = BigDecimal.ZERO;
    BigDecimal list = BigDecimal.ZERO;
    for (Line line : invoice.lines()) {
      for (FocusCharge charge : FocusCharge.of(invoice, line)) {
        ahead = ahead.add(charge.effective().subtract(charge.billed()));
        if (charge.invoiced()) {
          FocusPrice price = FocusPrice.of(invoice, line, charge);
          contracted = contracted.add(price.contractedCost());
          list = list.add(price.listCost());
        }
      }
    }
    return new FocusTax(billed, ahead.signum() == 0 ? billed : billed.add(taxOn(ahead, rate)),
        taxOn(contracted, rate), taxOn(list, rate));
  }

  private static BigDecimal taxOn(BigDecimal cost, BigDecimal rate) {
    return cost.multiply(rate).stripTrailingZeros();
  }
}
