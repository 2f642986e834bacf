package dev.tollgate.exports.pdf;

import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.PdfAConformance;
import com.openhtmltopdf.util.XRLog;
import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.JdkXml;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import org.apache.pdfbox.pdmodel.PDDocument;

/** A document as PDF/A-3. */
public final class InvoicePdf {

  private static final byte[] SRGB = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

  static {
    // It tells of every step of every document.
    XRLog.listRegisteredLoggers().forEach(logger -> XRLog.setLevel(logger, Level.WARNING));
  }

  private InvoicePdf() {}

  public static byte[] of(Invoice invoice) {
    try {
      return JdkXml.during(() -> write(invoice));
    } catch (IOException e) {
      throw new UncheckedIOException("No PDF of " + invoice.id(), e);
    }
  }

  private static byte[] write(Invoice invoice) throws IOException {
    var bytes = new ByteArrayOutputStream(1 << 16);
    try (var document = new PDDocument()) {
      var builder = new PdfRendererBuilder().usePDDocument(document);
      Fonts.addTo(builder, document);
      builder.usePdfAConformance(PdfAConformance.PDFA_3_B).useColorProfile(SRGB)
          .withProducer("Tollgate").withHtmlContent(InvoicePage.of(invoice), null).toStream(bytes);
      builder.run();
    }
    return bytes.toByteArray();
  }
}
