package dev.tollgate.exports.einvoice;

import com.helger.cii.d16b.CIID16BCrossIndustryInvoiceTypeMarshaller;
import com.helger.commons.error.list.ErrorList;
import com.helger.en16931.cii2ubl.CIIToUBL21Converter;
import com.helger.ubl21.UBL21Marshaller;
import dev.tollgate.billing.Invoice;
import java.util.Objects;
import oasis.names.specification.ubl.schema.xsd.commonaggregatecomponents_21.DocumentReferenceType;
import oasis.names.specification.ubl.schema.xsd.creditnote_21.CreditNoteType;
import oasis.names.specification.ubl.schema.xsd.invoice_21.InvoiceType;

/** A document in the syntax of UBL 2.1, by EN 16931: converted from the Cross Industry Invoice, so that both say the same. */
public final class UblInvoice {

  private UblInvoice() {}

  /** UTF-8. */
  public static byte[] of(Invoice invoice) {
    var read = new CIID16BCrossIndustryInvoiceTypeMarshaller().read(CrossIndustryInvoice.of(invoice));
    var errors = new ErrorList();
    Object converted = new CIIToUBL21Converter().convertCIItoUBL(Objects.requireNonNull(read), errors);
    byte[] bytes = switch (converted) {
      case InvoiceType document -> UBL21Marshaller.invoice().getAsBytes(document);
      case CreditNoteType document -> UBL21Marshaller.creditNote().getAsBytes(referringToInvoices(document));
      case null, default -> null;
    };
    if (bytes == null || errors.containsAtLeastOneError()) {
      throw new IllegalStateException("No UBL of " + invoice.id() + ": " + errors);
    }
    return bytes;
  }

  /** The converter takes what a credit note refers to for a credit note; EN 16931 wants an invoice there (UBL-CR-039). */
  private static CreditNoteType referringToInvoices(CreditNoteType document) {
    document.getBillingReference().forEach(reference -> {
      if (reference.getCreditNoteDocumentReference() != null) {
        reference.setInvoiceDocumentReference(reference.getCreditNoteDocumentReference());
        reference.setCreditNoteDocumentReference((DocumentReferenceType) null);
      }
    });
    return document;
  }
}
