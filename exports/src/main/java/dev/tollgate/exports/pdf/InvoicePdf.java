package dev.tollgate.exports.pdf;

import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.PdfAConformance;
import dev.tollgate.billing.Invoice;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A document as PDF/A-3. */
public final class InvoicePdf {

  private static final byte[] SRGB = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

  private InvoicePdf() {}

  public static byte[] of(Invoice invoice) {
    var bytes = new ByteArrayOutputStream(1 << 16);
    var builder = new PdfRendererBuilder();
    Fonts.addTo(builder);
    builder.usePdfAConformance(PdfAConformance.PDFA_3_B).useColorProfile(SRGB)
        .withProducer("Tollgate").withHtmlContent(InvoicePage.of(invoice), null).toStream(bytes);
    try {
      builder.run();
    } catch (IOException e) {
      throw new UncheckedIOException("No PDF of " + invoice.id(), e);
    }
    return bytes.toByteArray();
  }
}
