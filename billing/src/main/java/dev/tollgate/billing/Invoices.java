package dev.tollgate.billing;

import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Invoices and credit notes, from draft to paid or void. */
public interface Invoices {

  Optional<Invoice> find(InvoiceId id);

  Optional<Invoice> findByNumber(String number);

  /** All documents of a tenant, the latest month first, with their lines. */
  List<Invoice> of(TenantId tenant);

  /**
   * Some documents, the latest drafted first, with their lines.
   *
   * @param limit at most so many
   * @param after the last one of the page before, null for the first page
   */
  List<Invoice> list(Filter filter, int limit, @Nullable InvoiceId after);

  /** Some documents with their lines; a search is for a part of the number. */
  List<Invoice> list(Filter filter, Slice<Order> slice);

  /** How many documents there are. */
  long count(Filter filter);

  /** What documents are ordered by. Drafts have neither a number nor a day on which they are due, and come last. */
  enum Order {
    DRAFTED, NUMBER, MONTH, STATE, DUE, TOTAL, OPEN
  }

  /**
   * Hands over every document of a month, of one tenant or, where that is null, of all, in the order of tenants and
   * documents, some at a time: memory stays flat whatever their number.
   */
  void forEach(YearMonth month, @Nullable TenantId tenant, Consumer<Invoice> each);

  /**
   * The same of the documents that are exported with a month and were final at an instant: invoices that bill it, and what
   * was issued in it to correct others. Every document is exported with exactly one month.
   */
  void forEachExported(Numbered by, YearMonth month, @Nullable TenantId tenant, Consumer<Invoice> each);

  /** Whether any document that is final is exported with a month. */
  boolean isAnyExported(YearMonth month, @Nullable TenantId tenant);

  /**
   * Which documents are final now, and how many drafts the export of a month is without: at one instant, so that each is
   * either. Whoever reads a month more than once reads the same documents by it.
   */
  Numbered numbered(YearMonth month, @Nullable TenantId tenant);

  /** Gives a draft its number and fixes it for good. */
  Outcome finalise(InvoiceId id, String by);

  /**
   * Finalises all drafts of a month that can be, and commits as it goes, whatever becomes of the caller's transaction.
   * Refused of a month that is not closed or whose close is under way, and where there is no draft left.
   */
  MonthOutcome finalise(YearMonth month, String by);

  /** Writes a draft anew, with adjustments that have come since and the usage that it was cut at. */
  Outcome redraft(InvoiceId id);

  /**
   * Issues a credit note over some of an invoice. It takes off what is due first; what is beyond that is kept to the
   * tenant's credit and applied to its next invoices: off what is payable, then, back to the balance, to what that paid for.
   * The note is between the same two as the invoice and under the same rule of
   * tax, whatever the tenant's billing profile says by now.
   *
   * @param net before tax, in the smallest coin, at least 1
   */
  Outcome credit(InvoiceId id, long net, String reason, String by);

  /**
   * Cancels an invoice on which nothing was paid or credited by a credit note over all of it, and drafts a replacement.
   * The outcome is the draft, which is a new invoice: its issuer, recipient and tax are those of the profile as it is finalised.
   */
  Outcome replace(InvoiceId id, String reason, String by);

  /**
   * Adds up the usage records behind a document again and compares, to the pico-unit; and compares what follows from them,
   * and the document with itself. Credits of service levels are taken as they were recorded.
   */
  Recomputation recompute(InvoiceId id);

  /**
   * Which documents are meant; null means all.
   *
   * @param issued whether drafts are left out
   */
  record Filter(@Nullable TenantId tenant, @Nullable YearMonth month, Invoice.@Nullable State state,
      boolean issued) {}

  /**
   * The last numbers given out at an instant. Numbers have no gaps and become visible in their order, which times do not.
   *
   * @param drafts then that bill the month, or replace what was cancelled in it
   */
  record Numbered(long drafts, List<Series> series) {

    public Numbered {
      series = List.copyOf(series);
    }
  }

  /**
   * The numbers of an issuer's documents of one kind in a year.
   *
   * @param last counted from 1
   */
  record Series(String issuer, Invoice.Kind kind, int year, int last) {}

  /** What came of changing a document. */
  sealed interface Outcome {

    record Done(Invoice document) implements Outcome {}

    /**
     * Nothing was changed.
     *
     * @param field of what was asked for that is at fault: {@code net} or {@code reason}; empty where it is the document's state
     * @param rule that forbids it, as a sentence
     * @param instead what is possible, as a sentence
     * @param conflict whether it is against what is there already, so that it might do at another time
     */
    record Refused(String field, String rule, String instead,
        boolean conflict) implements Outcome, MonthOutcome {

      /** For the state of the document or the month. */
      public Refused(String rule, String instead) {
        this("", rule, instead, true);
      }
    }
  }

  /** What came of finalising a month. */
  sealed interface MonthOutcome permits Finalised, Outcome.Refused {}

  /**
   * How far a month is finalised.
   *
   * @param documents that are final since this call
   * @param left drafts that could not be finalised, because their tenant has no billing profile
   */
  record Finalised(long documents, List<InvoiceId> left) implements MonthOutcome {}

  /** What a document is compared with. */
  enum Compared {
    /** Each line of usage with the usage records. */
    USAGE,
    /** What all invoices in force demand for a commitment with what the month's usage records leave of it. */
    COMMITMENTS,
    /** Exact sum, net and tax with the lines, and with each other. */
    SUMS,
    /** All that the document says with the hash under which it was issued. */
    CONTENT
  }

  /**
   * A document against its usage records.
   *
   * @param lines of usage that were compared
   * @param compared without commitments where it is void or a credit note, without content where it is a draft
   * @param differences groups of usage, and commitments, that differ from their records
   * @param mismatches of the document with itself
   */
  record Recomputation(InvoiceId id, long lines, BigInteger recordsPico, BigInteger invoicePico,
      Set<Compared> compared, List<Difference> differences, List<Mismatch> mismatches) {

    public boolean exact() {
      return differences.isEmpty() && mismatches.isEmpty();
    }
  }

  /**
   * A sum or a hash that is not what the document's lines and words make.
   *
   * @param recomputed what they make
   */
  record Mismatch(String what, String recomputed, String invoiced) {}

  /** One group of usage, or a commitment's missing tokens, that differs: what its records add up to, and what the invoice says. */
  record Difference(String what, BigInteger recordsTokens, BigInteger invoiceTokens,
      BigInteger recordsAmount, BigInteger invoiceAmount) {}
}
