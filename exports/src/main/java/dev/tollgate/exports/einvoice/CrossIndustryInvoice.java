package dev.tollgate.exports.einvoice;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Corrected;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Party;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Wording;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document in the syntax of UN/CEFACT's Cross Industry Invoice, by the profile EN 16931 of Factur-X 1.0. Every amount
 * is the document's own; nothing is computed anew. The comments name business terms of EN 16931-1.
 */
final class CrossIndustryInvoice {

  private static final DateTimeFormatter DATE = DateTimeFormatter.BASIC_ISO_DATE;
  private static final String PIECE = "C62";

  private final Invoice invoice;
  private final Issue issue;
  private final TaxRule tax;
  private final Xml xml = new Xml();

  private CrossIndustryInvoice(Invoice invoice) {
    this.invoice = invoice;
    this.issue = Amounts.issue(invoice);
    this.tax = Objects.requireNonNull(invoice.tax());
  }

  /** UTF-8. */
  static byte[] of(Invoice invoice) {
    return new CrossIndustryInvoice(invoice).write();
  }

  private byte[] write() {
    xml.root(() -> {
      xml.in("rsm:ExchangedDocumentContext", () -> xml.in("ram:GuidelineSpecifiedDocumentContextParameter",
          () -> xml.text("ram:ID", "urn:cen.eu:en16931:2017")));
      xml.in("rsm:ExchangedDocument", this::document);
      xml.in("rsm:SupplyChainTradeTransaction", () -> {
        invoice.lines().forEach(line -> xml.in("ram:IncludedSupplyChainTradeLineItem", () -> line(line)));
        xml.in("ram:ApplicableHeaderTradeAgreement", this::parties);
        xml.in("ram:ApplicableHeaderTradeDelivery", () -> xml.in("ram:ActualDeliverySupplyChainEvent",
            () -> date("ram:OccurrenceDateTime", lastDay())));
        xml.in("ram:ApplicableHeaderTradeSettlement", this::settlement);
      });
    });
    return xml.bytes();
  }

  private void document() {
    xml.text("ram:ID", issue.number());
    xml.text("ram:TypeCode", typeCode());
    date("ram:IssueDateTime", issue.issuedOn());
    String reason = invoice.reason();
    if (reason != null) {
      xml.in("ram:IncludedNote", () -> xml.text("ram:Content", reason));
    }
  }

  /** UNTDID 1001: credit note, corrected invoice, commercial invoice. */
  private String typeCode() {
    if (invoice.kind() == Kind.CREDIT_NOTE) {
      return "381";
    }
    return invoice.corrects() == null ? "380" : "384";
  }

  private void line(Line line) {
    xml.in("ram:AssociatedDocumentLineDocument",
        () -> xml.text("ram:LineID", Integer.toString(line.position())));
    xml.in("ram:SpecifiedTradeProduct", () -> {
      xml.text("ram:Name", Wording.name(line));
      String detail = Wording.detail(invoice, line);
      if (!detail.isEmpty()) {
        xml.text("ram:Description", detail);
      }
    });
    LinePrice price = LinePrice.of(invoice, line);
    xml.in("ram:SpecifiedLineTradeAgreement", () -> xml.in("ram:NetPriceProductTradePrice", () -> {
      xml.text("ram:ChargeAmount", price.price().toPlainString());
      xml.text("ram:BasisQuantity", price.basis().toPlainString(), "unitCode", PIECE);
    }));
    xml.in("ram:SpecifiedLineTradeDelivery",
        () -> xml.text("ram:BilledQuantity", price.quantity().toPlainString(), "unitCode", PIECE));
    xml.in("ram:SpecifiedLineTradeSettlement", () -> {
      xml.in("ram:ApplicableTradeTax", () -> {
        xml.text("ram:TypeCode", "VAT");
        xml.text("ram:CategoryCode", category());
        rate();
      });
      xml.in("ram:SpecifiedTradeSettlementLineMonetarySummation",
          () -> xml.text("ram:LineTotalAmount", amount(line.amount())));
    });
  }

  private void parties() {
    xml.in("ram:SellerTradeParty", () -> party(issue.seller(), true));
    xml.in("ram:BuyerTradeParty", () -> party(issue.buyer(), false));
  }

  private void party(Party party, boolean seller) {
    xml.text("ram:Name", party.name());
    String registration = party.registration();
    if (registration != null || seller) {
      xml.in("ram:SpecifiedLegalOrganization",
          () -> xml.text("ram:ID", registration == null ? party.name() : registration));
    }
    xml.in("ram:PostalTradeAddress", () -> {
      optional("ram:PostcodeCode", party.postalCode());
      optional("ram:LineOne", party.street());
      optional("ram:LineTwo", party.street2());
      xml.text("ram:CityName", party.city());
      xml.text("ram:CountryID", party.country());
    });
    xml.in("ram:URIUniversalCommunication", () -> xml.text("ram:URIID", party.email(), "schemeID", "EM"));
    taxId(party, seller);
  }

  /** BR-O-02: where tax does not apply, nobody's VAT identifier is told. */
  private void taxId(Party party, boolean seller) {
    String id = party.taxId();
    if (id == null || tax.kind() == TaxKind.OUTSIDE_SCOPE) {
      return;
    }
    boolean vat = party.hasVatId();
    if (vat || seller) {
      xml.in("ram:SpecifiedTaxRegistration", () -> xml.text("ram:ID", id, "schemeID", vat ? "VA" : "FC"));
    }
  }

  private void settlement() {
    xml.text("ram:InvoiceCurrencyCode", invoice.currency());
    String iban = issue.seller().iban();
    if (iban != null) {
      xml.in("ram:SpecifiedTradeSettlementPaymentMeans", () -> paymentMeans(iban));
    }
    xml.in("ram:ApplicableTradeTax", () -> {
      xml.text("ram:CalculatedAmount", amount(invoice.totals().tax()));
      xml.text("ram:TypeCode", "VAT");
      String note = tax.note();
      if (note != null) {
        xml.text("ram:ExemptionReason", note);
      }
      xml.text("ram:BasisAmount", amount(invoice.totals().net()));
      xml.text("ram:CategoryCode", category());
      rate();
    });
    xml.in("ram:BillingSpecifiedPeriod", () -> {
      date("ram:StartDateTime", invoice.month().atDay(1));
      date("ram:EndDateTime", lastDay());
    });
    xml.in("ram:SpecifiedTradePaymentTerms", () -> date("ram:DueDateDateTime", issue.dueOn()));
    xml.in("ram:SpecifiedTradeSettlementHeaderMonetarySummation", this::sums);
    Corrected corrected = invoice.corrects();
    if (corrected != null) {
      xml.in("ram:InvoiceReferencedDocument", () -> corrected(corrected));
    }
  }

  private void paymentMeans(String iban) {
    // UNTDID 4461: credit transfer.
    xml.text("ram:TypeCode", "30");
    xml.in("ram:PayeePartyCreditorFinancialAccount", () -> xml.text("ram:IBANID", iban));
    String bic = issue.seller().bic();
    if (bic != null) {
      xml.in("ram:PayeeSpecifiedCreditorFinancialInstitution", () -> xml.text("ram:BICID", bic));
    }
  }

  private void sums() {
    Invoice.Totals totals = invoice.totals();
    long due = invoice.kind() == Kind.CREDIT_NOTE ? totals.total() : totals.due();
    xml.text("ram:LineTotalAmount", amount(totals.net()));
    xml.text("ram:TaxBasisTotalAmount", amount(totals.net()));
    xml.text("ram:TaxTotalAmount", amount(totals.tax()), "currencyID", invoice.currency());
    xml.text("ram:GrandTotalAmount", amount(totals.total()));
    xml.text("ram:TotalPrepaidAmount", amount(totals.total() - due));
    xml.text("ram:DuePayableAmount", amount(due));
  }

  private void corrected(Corrected corrected) {
    xml.text("ram:IssuerAssignedID", corrected.number());
    xml.in("ram:FormattedIssueDateTime",
        () -> xml.text("qdt:DateTimeString", DATE.format(corrected.issuedOn()), "format", "102"));
  }

  /** UNTDID 5305. */
  private String category() {
    return switch (tax.kind()) {
      case STANDARD -> "S";
      case REVERSE_CHARGE -> "AE";
      case EXEMPT -> "E";
      case OUTSIDE_SCOPE -> "O";
    };
  }

  /** BR-O-05: no rate where tax does not apply. */
  private void rate() {
    if (tax.kind() != TaxKind.OUTSIDE_SCOPE) {
      xml.text("ram:RateApplicablePercent", BigDecimal.valueOf(tax.basisPoints(), 2).toPlainString());
    }
  }

  private LocalDate lastDay() {
    return invoice.month().atEndOfMonth();
  }

  private String amount(long coins) {
    return Amounts.of(invoice, coins).toPlainString();
  }

  private void date(String name, LocalDate date) {
    xml.in(name, () -> xml.text("udt:DateTimeString", DATE.format(date), "format", "102"));
  }

  private void optional(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      xml.text(name, value);
    }
  }
}
