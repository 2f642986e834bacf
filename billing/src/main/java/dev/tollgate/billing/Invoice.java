package dev.tollgate.billing;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An invoice or a credit note. Amounts of the document are in the smallest coin of its currency; exact ones are in
 * 10⁻¹² of it.
 *
 * @param month that is billed, in the tenant's zone
 * @param from when it begins, inclusive
 * @param until when it ends, exclusive
 * @param minorDigits how many decimals the smallest coin is
 * @param issue null while it is a draft
 * @param corrects the document that a credit note corrects or that an invoice replaces
 * @param reason of a credit note
 * @param tax null on a draft for a tenant without a billing profile
 * @param lines in the order in which they are printed
 */
public record Invoice(InvoiceId id, TenantId tenant, Kind kind, State state, YearMonth month, Instant from,
    Instant until, String currency, int minorDigits, @Nullable Issue issue, @Nullable Corrected corrects,
    @Nullable String reason, @Nullable TaxRule tax, Totals totals, List<Line> lines) {

  /** The kinds of documents. The names are stored; renaming one needs a migration. */
  public enum Kind {
    INVOICE, CREDIT_NOTE
  }

  /** Where a document stands. The names are stored; renaming one needs a migration. */
  public enum State {
    /** May still change, and has no number. */
    DRAFT,
    /** Issued: nothing about it changes any more but this state. */
    FINALISED,
    /** Nothing is due on it any more. */
    PAID,
    /** Cancelled by a credit note over all of it. */
    VOID
  }

  /**
   * What finalising fixed.
   *
   * @param number unique and without gaps per issuer, kind and year
   * @param contentHash SHA-256 over all that the document says, 64 hexadecimal digits
   */
  public record Issue(String number, LocalDate issuedOn, LocalDate dueOn, Instant finalisedAt,
      String finalisedBy, Party seller, Party buyer, String contentHash, ExportMonth exportedWith) {}

  /**
   * The month with which a document is exported: the one that it bills, or, where it corrects another, the one in which it
   * was issued, if that is later (ADR 0035).
   *
   * @param span when the month begins and ends for the tenant
   */
  public record ExportMonth(YearMonth month, Span span) {}

  /** An earlier document that this one is about. */
  public record Corrected(InvoiceId id, String number, LocalDate issuedOn) {}

  /**
   * The document's sums: total = net + tax = prepaid + credit applied + due − credit carried.
   *
   * @param exactPico of all lines, before rounding
   * @param prepaid was drawn from the tenant's balance or paid by other means before
   * @param creditApplied from earlier documents; what of it is beyond what was payable has gone back to the balance
   * @param creditCarried to later ones, because this one is negative
   * @param due when the document was finalised
   * @param open what is still to be paid now
   */
  public record Totals(BigInteger exactPico, long net, long tax, long total, long prepaid,
      long creditApplied, long creditCarried, long due, long open) {}

  /** What a line is about. The names are stored; renaming one needs a migration. */
  public enum LineKind {
    USAGE,
    /** A prepaid pack that was bought. */
    PACK,
    /** What an expired pack had left: it is shown, at 0. */
    EXPIRED,
    /** What is missing from a commitment. */
    SHORTFALL,
    /** Usage that is not charged because the operator answers for it. */
    WAIVED, SLA_CREDIT, ADJUSTMENT,
    /** A part of an invoice that a credit note takes back. */
    CREDIT
  }

  /** How a line is paid. The names are stored; renaming one needs a migration. */
  public enum ChargedTo {
    /** Free, or drawn from a pack that was paid before: its amount is 0. */
    NOTHING,
    /** Drawn from the tenant's money, paid in or on credit, when it was used or bought. */
    BALANCE,
    /** Paid by other means. */
    RECORDED,
    /** Demanded by this document. */
    INVOICE
  }

  /**
   * One line.
   *
   * @param serviceMonth in which it was used; earlier than the document's month for what was settled late
   * @param served when that month begins and ends in the tenant's zone
   * @param subject of usage, else null
   * @param description for people; null where the subject says it all
   * @param requests that took part, 0 where there are none
   * @param quantity tokens, or pack tokens of a pack
   * @param unitPrice in 10⁻¹² of the currency per token; of a draw from allowance or pack in the unit of that fund
   * @param fundAmount in the unit of the fund that was drawn
   * @param exactPico before rounding
   * @param amount rounded half to even, once, and reconciled with the document's sum
   * @param commitment that was bought, drawn from or not used up; else null
   */
  public record Line(int position, LineKind kind, YearMonth serviceMonth, Span served, ChargedTo chargedTo,
      @Nullable Subject subject, @Nullable String description, long requests, BigInteger quantity,
      long unitPrice, BigInteger fundAmount, BigInteger exactPico, long amount,
      @Nullable Commitment commitment) {}

  /**
   * A stretch of time.
   *
   * @param from inclusive
   * @param until exclusive
   */
  public record Span(Instant from, Instant until) {}

  /** What was agreed upon in advance. */
  public sealed interface Commitment {

    /**
     * A prepaid pack, where it is bought, where it is drawn from and where it expires.
     *
     * @param packTokens all that it held
     * @param pricePico of all of them, in 10⁻¹² of its currency
     */
    record Pack(long account, String reference, long packTokens, long pricePico) implements Commitment {}

    /** Tokens of a contract's commitment that were not used. */
    record Unused(long contract) implements Commitment {}
  }

  /**
   * What was used at which price and out of which fund.
   *
   * @param fund MONEY, FREE_ALLOWANCE or PACK
   * @param price the row of the price book
   * @param listPrice of that row, in 10⁻¹² of the currency per token, before time bands and discounts
   */
  public record Subject(long contract, String model, String region, TokenClass tokenClass, String fund,
      long account, long price, long listPrice) {}
}
