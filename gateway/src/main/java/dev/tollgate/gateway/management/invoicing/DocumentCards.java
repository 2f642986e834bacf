package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Corrected;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.billing.Invoice.Totals;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Wire;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents as they are shown. */
final class DocumentCards {

  private static final int PICO_DIGITS = 12;

  private DocumentCards() {}

  /** Without its lines. {@code open} is what is still to be paid; number and dates are null while it is a draft. */
  record InvoiceRow(UUID id, UUID tenant, String kind, String state, YearMonth month,
      @Nullable String number, @Nullable LocalDate issuedOn, @Nullable LocalDate dueOn, Amount net,
      Amount tax,
      Amount total, Amount due, Amount open) {

    static InvoiceRow of(Invoice invoice) {
      Issue issue = invoice.issue();
      Totals totals = invoice.totals();
      return new InvoiceRow(invoice.id().value(), invoice.tenant().value(), Wire.name(invoice.kind()),
          Wire.name(invoice.state()),
          invoice.month(), issue == null ? null : issue.number(), issue == null ? null : issue.issuedOn(),
          issue == null ? null : issue.dueOn(), amount(invoice, totals.net()), amount(invoice, totals.tax()),
          amount(invoice, totals.total()), amount(invoice, totals.due()), amount(invoice, totals.open()));
    }
  }

  /** {@code exact} is before rounding; total = net + tax = prepaid + creditApplied + due − creditCarried. */
  record InvoiceSums(Amount exact, Amount net, Amount tax, Amount total, Amount prepaid, Amount creditApplied,
      Amount creditCarried, Amount due, Amount open) {}

  /** Of a document that is finalised. */
  record InvoiceIssue(String number, LocalDate issuedOn, LocalDate dueOn, Instant finalisedAt,
      String finalisedBy,
      String seller, String buyer, String contentHash) {}

  record CorrectedDocument(UUID id, String number, LocalDate issuedOn) {}

  record InvoiceTax(String kind, int basisPoints, @Nullable String note) {}

  /** {@code quantity} is in tokens; {@code unitPrice} is per token, and 0 where a pack or the allowance paid. */
  record InvoiceLine(int position, String kind, YearMonth serviceMonth, String chargedTo,
      @Nullable String model,
      @Nullable String region, @Nullable String tokenClass, @Nullable String fund, @Nullable String price,
      @Nullable String description, long requests, String quantity, Amount unitPrice, Amount exact,
      Amount amount) {}

  /** All that a document says. */
  record InvoiceCard(UUID id, UUID tenant, String kind, String state, YearMonth month,
      Instant from,
      Instant until, @Nullable InvoiceIssue issue, @Nullable CorrectedDocument corrects,
      @Nullable String reason,
      @Nullable InvoiceTax tax, InvoiceSums sums, List<InvoiceLine> lines) {

    static InvoiceCard of(Invoice invoice) {
      TaxRule tax = invoice.tax();
      return new InvoiceCard(invoice.id().value(), invoice.tenant().value(), Wire.name(invoice.kind()),
          Wire.name(invoice.state()),
          invoice.month(), invoice.from(), invoice.until(), issued(invoice.issue()),
          correctedOf(invoice.corrects()),
          invoice.reason(),
          tax == null ? null : new InvoiceTax(Wire.name(tax.kind()), tax.basisPoints(), tax.note()),
          summed(invoice), invoice.lines().stream().map(line -> line(invoice, line)).toList());
    }
  }

  private static @Nullable InvoiceIssue issued(@Nullable Issue issue) {
    return issue == null ? null
        : new InvoiceIssue(issue.number(), issue.issuedOn(), issue.dueOn(), issue.finalisedAt(),
            issue.finalisedBy(), issue.seller().name(), issue.buyer().name(), issue.contentHash());
  }

  private static @Nullable CorrectedDocument correctedOf(@Nullable Corrected corrected) {
    return corrected == null ? null
        : new CorrectedDocument(corrected.id().value(), corrected.number(), corrected.issuedOn());
  }

  private static InvoiceSums summed(Invoice invoice) {
    Totals sums = invoice.totals();
    return new InvoiceSums(Amount.of(invoice.currency(), sums.exactPico()), amount(invoice, sums.net()),
        amount(invoice, sums.tax()), amount(invoice, sums.total()), amount(invoice, sums.prepaid()),
        amount(invoice, sums.creditApplied()), amount(invoice, sums.creditCarried()),
        amount(invoice, sums.due()),
        amount(invoice, sums.open()));
  }

  private static InvoiceLine line(Invoice invoice, Invoice.Line line) {
    Subject subject = line.subject();
    boolean money = line.chargedTo() != ChargedTo.NOTHING;
    return new InvoiceLine(line.position(), Wire.name(line.kind()), line.serviceMonth(),
        Wire.name(line.chargedTo()),
        subject == null ? null : subject.model(), subject == null ? null : subject.region(),
        subject == null ? null : Wire.name(subject.tokenClass()),
        subject == null ? null : subject.fund().toLowerCase(Locale.ROOT),
        subject == null ? null : Long.toString(subject.price()), line.description(), line.requests(),
        line.quantity().toString(), Amount.of(invoice.currency(), money ? line.unitPrice() : 0),
        Amount.of(invoice.currency(), line.exactPico()), amount(invoice, line.amount()));
  }

  static Amount amount(Invoice invoice, long coins) {
    return Amount.of(invoice.currency(), BigInteger.valueOf(coins).multiply(coin(invoice.minorDigits())));
  }

  /** What the smallest coin is worth, in 10⁻¹² of its currency. */
  static BigInteger coin(int minorDigits) {
    return BigInteger.TEN.pow(PICO_DIGITS - minorDigits);
  }
}
