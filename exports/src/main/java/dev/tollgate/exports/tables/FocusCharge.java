package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Commitment;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a row of Cost and Usage says about the money of a line. What was bought in advance costs nothing in effect where it
 * was bought, and its part of the price where it was drawn or was not used; for each commitment the effective costs of
 * usage add up to what was billed for it.
 *
 * @param effective what it costs, in the month that it is for
 * @param agreed the commitment that it is about
 * @param invoiced whether the row stands for the line of the document
 */
record FocusCharge(String category, String frequency, BigDecimal billed, BigDecimal effective,
    @Nullable Agreed agreed, boolean invoiced) {

  static final String UNUSED = "Unused";
  static final String USED = "Used";
  private static final String USAGE = "Usage";
  private static final String USAGE_BASED = "Usage-Based";
  private static final String ONE_TIME = "One-Time";
  private static final int MILLI_DIGITS = 3;
  private static final int PICO_DIGITS = 12;

  /**
   * A commitment, in the words of FOCUS for a commitment discount.
   *
   * @param quantity bought, drawn or not used, in the unit
   * @param status Used or Unused; null where it is bought
   */
  record Agreed(String id, @Nullable String name, String type, String unit, BigDecimal quantity,
      @Nullable String status) {}

  /** The rows of a line: one, or two where a commitment is billed and was not used. */
  static List<FocusCharge> of(Invoice invoice, Line line) {
    BigDecimal billed = FocusRows.billed(invoice, line);
    String category = FocusRows.category(invoice, line);
    return switch (line.commitment()) {
      case Commitment.Pack pack when line.kind() == LineKind.PACK ->
        List.of(new FocusCharge(category, ONE_TIME, billed,
            BigDecimal.ZERO, pack(pack, signed(invoice, BigDecimal.valueOf(pack.packTokens())), null), true));
      case Commitment.Pack pack when line.kind() == LineKind.USAGE ->
        List.of(new FocusCharge(category, USAGE_BASED, billed, drawn(invoice, line, pack),
            pack(pack, tokens(invoice, line), USED), true));
      case Commitment.Pack pack when line.kind() == LineKind.EXPIRED ->
        List.of(new FocusCharge(category, USAGE_BASED, billed, drawn(invoice, line, pack),
            pack(pack, tokens(invoice, line), UNUSED), true));
      case Commitment.Unused unused when line.kind() == LineKind.SHORTFALL -> unused(invoice, line, unused);
      case null, default -> List.of(new FocusCharge(category,
          line.kind() == LineKind.USAGE ? USAGE_BASED : ONE_TIME, billed, billed, null, true));
    };
  }

  private static List<FocusCharge> unused(Invoice invoice, Line line, Commitment.Unused unused) {
    BigDecimal billed = FocusRows.billed(invoice, line);
    BigDecimal tokens = signed(invoice, new BigDecimal(line.quantity()));
    return List.of(
        new FocusCharge(FocusRows.category(invoice, line), "Recurring", billed, BigDecimal.ZERO,
            contract(unused, tokens, null), true),
        new FocusCharge(USAGE, USAGE_BASED, BigDecimal.ZERO, billed, contract(unused, tokens, UNUSED),
            false));
  }

  /** Of a pack, to the thousandth. */
  static BigDecimal tokens(Invoice invoice, Line line) {
    return signed(invoice, new BigDecimal(line.fundAmount(), MILLI_DIGITS).stripTrailingZeros());
  }

  /** The part of a pack's price that was drawn or expired, to the pico-unit. */
  private static BigDecimal drawn(Invoice invoice, Line line, Commitment.Pack pack) {
    BigInteger part = line.fundAmount().multiply(BigInteger.valueOf(pack.pricePico()));
    BigDecimal cost = new BigDecimal(part, MILLI_DIGITS + PICO_DIGITS)
        .divide(BigDecimal.valueOf(pack.packTokens()), PICO_DIGITS, RoundingMode.HALF_EVEN);
    return signed(invoice, cost.stripTrailingZeros());
  }

  private static Agreed pack(Commitment.Pack pack, BigDecimal quantity, @Nullable String status) {
    return new Agreed("pack-" + pack.account(), pack.reference(), "Prepaid pack", "Pack tokens", quantity,
        status);
  }

  private static Agreed contract(Commitment.Unused unused, BigDecimal tokens, @Nullable String status) {
    return new Agreed("contract-" + unused.contract(), null, "Committed tokens", "Tokens", tokens, status);
  }

  private static BigDecimal signed(Invoice invoice, BigDecimal amount) {
    return FocusRows.signed(invoice, amount);
  }

  /** Whether usage is metered here. */
  boolean isConsumed() {
    return category.equals(USAGE) && (agreed == null || !UNUSED.equals(agreed.status()));
  }

  /** Whether a commitment that was bought before sets the price. */
  boolean isCommitted() {
    return agreed != null && agreed.status() != null;
  }
}
