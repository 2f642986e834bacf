package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Commitment;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.exports.Amounts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * How a row is priced: unit price × quantity = cost, exactly, wherever there is a quantity.
 *
 * @param quantity priced; null for credits and adjustments
 * @param contracted for one unit, whatever commitment it is drawn from
 * @param list for one unit by the price book
 * @param skuPrice the same for all tenants and at all times
 */
record FocusPrice(@Nullable BigDecimal quantity, @Nullable String unit, @Nullable BigDecimal contracted,
    @Nullable BigDecimal list, BigDecimal contractedCost, BigDecimal listCost, @Nullable String sku,
    @Nullable String skuPrice) {

  private static final String TOKENS = "Tokens";
  private static final String PACKS = "Packs";
  private static final String PACK_TOKENS = "Pack tokens";

  static FocusPrice of(Invoice invoice, Line line, FocusCharge charge) {
    Subject subject = line.subject();
    if (line.kind() == LineKind.USAGE && subject != null) {
      BigDecimal list = Amounts.ofPico(BigInteger.valueOf(subject.listPrice()));
      String sku = subject.model() + "/" + subject.tokenClass();
      return priced(FocusRows.signed(invoice, new BigDecimal(line.quantity())), TOKENS,
          contracted(line, charge, list),
          list, sku, sku + "/" + subject.region());
    }
    BigDecimal exact = FocusRows.signed(invoice, Amounts.ofPico(line.exactPico()));
    return switch (line.kind()) {
      case SHORTFALL -> {
        BigDecimal price = Amounts.ofPico(BigInteger.valueOf(line.unitPrice()));
        yield priced(FocusRows.signed(invoice, new BigDecimal(line.quantity())), TOKENS, price, price,
            "commitment",
            "commitment");
      }
      case PACK ->
        priced(FocusRows.signed(invoice, BigDecimal.ONE), PACKS, exact.abs(), exact.abs(), "pack", "pack");
      case EXPIRED -> {
        BigDecimal price = perToken(line);
        yield priced(FocusCharge.tokens(invoice, line), PACK_TOKENS, price, price, "pack", "pack");
      }
      default -> new FocusPrice(null, null, null, null, charge.billed(), charge.billed(), null, null);
    };
  }

  /** To the pico-unit, since a pack for a round sum holds whatever number of tokens that buys. */
  private static BigDecimal perToken(Line line) {
    if (line.commitment() instanceof Commitment.Pack pack) {
      return Amounts.ofPico(BigDecimal.valueOf(pack.pricePico())
          .divide(BigDecimal.valueOf(pack.packTokens()), 0, RoundingMode.HALF_EVEN).toBigIntegerExact());
    }
    throw new IllegalStateException("Line " + line.position() + " is about a pack that is not there");
  }

  private static FocusPrice priced(BigDecimal quantity, String unit, BigDecimal contracted, BigDecimal list,
      String sku, String skuPrice) {
    return new FocusPrice(quantity, unit, contracted, list, contracted.multiply(quantity),
        list.multiply(quantity), sku,
        skuPrice);
  }

  /** What a pack pays for has the price that it would have without the pack. */
  private static BigDecimal contracted(Line line, FocusCharge charge, BigDecimal list) {
    if (charge.isCommitted()) {
      return list;
    }
    return line.chargedTo() == ChargedTo.NOTHING ? BigDecimal.ZERO
        : Amounts.ofPico(BigInteger.valueOf(line.unitPrice()));
  }
}
