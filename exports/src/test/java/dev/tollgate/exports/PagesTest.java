package dev.tollgate.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.pdf.InvoicePdf;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents as they look on paper. With {@code -Dtollgate.screenshots=true} pictures of them go to docs.
 */
class PagesTest {

  private static final Path DOCUMENTED = Path.of("..", "docs", "screenshots");
  private static final int DOTS_AN_INCH = 80;
  private static final double MILLIMETRES_AN_INCH = 25.4;
  private static final int NEARLY_WHITE = 245;

  /** @param pages of its document that are looked at, from 0 */
  record Looked(String name, Invoice document, List<Integer> pages) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Looked> documents() {
    return Stream.of(new Looked("short", Samples.brief(), List.of(0)),
        new Looked("200-lines", Samples.large(), List.of(0, 1)),
        new Looked("credit-note", Samples.creditNote(), List.of(0)),
        new Looked("chinese", Samples.chinese(), List.of(0)));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void pagesAreFilledWithinTheirMargins(Looked looked) throws IOException {
    var pages = new ArrayList<BufferedImage>();
    try (PDDocument pdf = Loader.loadPDF(InvoicePdf.withLogo("").of(looked.document()))) {
      var renderer = new PDFRenderer(pdf);
      for (int page : looked.pages()) {
        pages.add(renderer.renderImageWithDPI(page, DOTS_AN_INCH, ImageType.GRAY));
      }
      picture(looked, renderer);
    }
    for (BufferedImage page : pages) {
      Rectangle within = within(page);
      int ink = ink(page, within);
      assertThat(ink).as("dots of ink within the margins")
          .isBetween(within.width * within.height / 50, within.width * within.height / 3);
      assertThat(ink(page, new Rectangle(page.getWidth(), page.getHeight()))).as("none in the margins")
          .isEqualTo(ink);
    }
  }

  /** The foot is in the lower margin. */
  private static Rectangle within(BufferedImage page) {
    int left = dots(19);
    int top = dots(17);
    return new Rectangle(left, top, page.getWidth() - left - dots(17), page.getHeight() - top - dots(8));
  }

  private static int dots(int millimetres) {
    return (int) Math.floor(millimetres * DOTS_AN_INCH / MILLIMETRES_AN_INCH);
  }

  private static int ink(BufferedImage page, Rectangle part) {
    int[] grey = page.getRaster().getSamples(part.x, part.y, part.width, part.height, 0, (int[]) null);
    int ink = 0;
    for (int dot : grey) {
      ink += dot < NEARLY_WHITE ? 1 : 0;
    }
    return ink;
  }

  /** Pages side by side. */
  private static void picture(Looked looked, PDFRenderer renderer) throws IOException {
    if (!Boolean.getBoolean("tollgate.screenshots")) {
      return;
    }
    BufferedImage picture = null;
    for (int i = 0; i < looked.pages().size(); i++) {
      BufferedImage page = renderer.renderImageWithDPI(looked.pages().get(i), DOTS_AN_INCH, ImageType.RGB);
      if (picture == null) {
        picture = new BufferedImage(page.getWidth() * looked.pages().size(), page.getHeight(),
            BufferedImage.TYPE_INT_RGB);
      }
      Graphics2D canvas = picture.createGraphics();
      canvas.drawImage(page, i * page.getWidth(), 0, null);
      canvas.dispose();
    }
    ImageIO.write(picture, "png", DOCUMENTED.resolve("invoice-" + looked.name() + ".png").toFile());
  }

  @Test
  void aDocumentWithoutTaxSaysWhoOwesIt() throws IOException {
    try (PDDocument pdf = Loader.loadPDF(InvoicePdf.withLogo("").of(Samples.reverseCharge()))) {
      assertThat(new PDFTextStripper().getText(pdf)).contains(TaxRule.REVERSE_CHARGE_NOTE + ".",
          "VAT 0.00", "VAT FR12345678901", "VAT DE123456789");
    }
  }
}
