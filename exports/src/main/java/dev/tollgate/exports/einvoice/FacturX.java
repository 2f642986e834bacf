package dev.tollgate.exports.einvoice;

import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.JdkXml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.mustangproject.ZUGFeRD.Profiles;
import org.mustangproject.ZUGFeRD.ZUGFeRDExporterFromA3;

/** Puts a document's Cross Industry Invoice into its PDF/A-3, as Factur-X wants it. */
public final class FacturX {

  private static final int ZUGFERD_2 = 2;
  /** EN 16931 knows amounts of at most this many decimals (BR-DEC). */
  private static final int MOST_DECIMALS = 2;

  private FacturX() {}

  /** The document itself, without a page around it. */
  public static byte[] xml(Invoice invoice) {
    return CrossIndustryInvoice.of(invoice);
  }

  /** Whether the standard can say what the document says. */
  public static boolean canSay(Invoice invoice) {
    return invoice.minorDigits() <= MOST_DECIMALS;
  }

  public static byte[] embed(Invoice invoice, byte[] pdf) {
    try {
      return JdkXml.during(() -> write(invoice, pdf));
    } catch (IOException e) {
      throw new UncheckedIOException("The e-invoice of " + invoice.id() + " could not be embedded", e);
    }
  }

  private static byte[] write(Invoice invoice, byte[] pdf) throws IOException {
    var bytes = new ByteArrayOutputStream(pdf.length + (1 << 14));
    try (var exporter = new ZUGFeRDExporterFromA3()) {
      exporter.setProducer("Tollgate").setCreator("Tollgate").setZUGFeRDVersion(ZUGFERD_2)
          .setProfile(Profiles.getByName("EN16931")).load(pdf);
      exporter.setXML(CrossIndustryInvoice.of(invoice));
      exporter.export(bytes);
    }
    return bytes.toByteArray();
  }
}
