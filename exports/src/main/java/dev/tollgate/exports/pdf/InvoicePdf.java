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
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.logging.Level;
import org.apache.pdfbox.pdmodel.PDDocument;

/** Writes documents as PDF/A-3. Safe to share between threads. */
public final class InvoicePdf {

  /** The property that names the file of the operator's logo. */
  public static final String LOGO = "tollgate.exports.logo";

  private static final byte[] SRGB = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

  static {
    // It tells of every step of every document.
    XRLog.listRegisteredLoggers().forEach(logger -> XRLog.setLevel(logger, Level.WARNING));
  }

  private final Logo logo;

  private InvoicePdf(Logo logo) {
    this.logo = logo;
  }

  /**
   * Documents with the operator's logo at their head.
   *
   * @param file with a PNG or JPEG; empty for a mark of three bars
   * @throws IllegalArgumentException if the file is none that can be used; the message says why, and which can
   */
  public static InvoicePdf withLogo(String file) {
    return new InvoicePdf(file.isBlank() ? Logo.bars() : Logo.of(Path.of(file)));
  }

  /** The first code point of a text that no embedded font has; blanks and ends of lines need no glyph. */
  public static OptionalInt lacking(String text) {
    return text.codePoints().filter(each -> !Fonts.has(each)).findFirst();
  }

  public byte[] of(Invoice invoice) {
    try {
      return JdkXml.during(() -> write(invoice));
    } catch (IOException e) {
      throw new UncheckedIOException("No PDF of " + invoice.id(), e);
    }
  }

  private byte[] write(Invoice invoice) throws IOException {
    var bytes = new ByteArrayOutputStream(1 << 16);
    try (var document = new PDDocument()) {
      var builder = new PdfRendererBuilder().usePDDocument(document);
      Fonts.addTo(builder, document);
      builder.usePdfAConformance(PdfAConformance.PDFA_3_B).useColorProfile(SRGB)
          .withProducer("Tollgate").withHtmlContent(InvoicePage.of(invoice, logo), null).toStream(bytes);
      builder.run();
    }
    return bytes.toByteArray();
  }
}
