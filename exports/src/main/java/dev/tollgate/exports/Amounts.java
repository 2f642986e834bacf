package dev.tollgate.exports;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Line;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A document's numbers as decimals. Exact: nothing is rounded here. */
public final class Amounts {

  /** How many tokens a price is told for. */
  public static final long PER_TOKENS = 1_000_000;

  private static final int PICO_DIGITS = 12;

  private Amounts() {}

  /** Coins of a document as an amount of its currency, with all its decimals. */
  public static BigDecimal of(Invoice invoice, long coins) {
    return BigDecimal.valueOf(coins, invoice.minorDigits());
  }

  /** Pico-units as an amount of the currency, with as many decimals as it takes. */
  public static BigDecimal ofPico(BigInteger pico) {
    BigDecimal amount = new BigDecimal(pico, PICO_DIGITS).stripTrailingZeros();
    return amount.scale() < 0 ? amount.setScale(0) : amount;
  }

  /**
   * What one of a line's quantity costs in money, such that price × quantity is the line's exact amount; null where there is
   * no such price: for what allowances and packs pay for, which count in units of their own, for a pack that was sold for a
   * round sum, and for adjustments.
   */
  public static @Nullable BigDecimal unitPrice(Line line) {
    BigInteger price = BigInteger.valueOf(line.unitPrice());
    return line.chargedTo() == ChargedTo.NOTHING || !price.multiply(line.quantity()).equals(line.exactPico())
        ? null
        : ofPico(price);
  }

  /** What a million tokens cost, from pico-units for one. */
  public static BigDecimal perMillion(long picoPerToken) {
    return ofPico(BigInteger.valueOf(picoPerToken).multiply(BigInteger.valueOf(PER_TOKENS)));
  }

  /** What finalising gave to a document that is no draft. */
  public static Issue issue(Invoice invoice) {
    return Objects.requireNonNull(invoice.issue(), "A draft has no number");
  }
}
