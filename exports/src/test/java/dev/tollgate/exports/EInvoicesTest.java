package dev.tollgate.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.einvoice.FacturX;
import dev.tollgate.exports.einvoice.UblInvoice;
import dev.tollgate.exports.pdf.InvoicePdf;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mustangproject.validator.ZUGFeRDValidator;

class EInvoicesTest {

  /** For people to look at. */
  private static final Path KEPT = Path.of("target", "invoices");

  private static final InvoicePdf PDF = InvoicePdf.withLogo("");

  static Stream<Invoice> samples() {
    return Samples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void thePdfIsArchivableAndTheInvoiceInsideItIsValid(Invoice invoice) throws IOException {
    byte[] pdf = FacturX.embed(invoice, PDF.of(invoice));
    Files.createDirectories(KEPT);
    Files.write(KEPT.resolve(Amounts.issue(invoice).number() + ".pdf"), pdf);
    assertValid(pdf, "invoice.pdf");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theUblInvoiceIsValid(Invoice invoice) {
    assertValid(UblInvoice.of(invoice), "invoice.xml");
  }

  static Stream<TaxRule> taxes() {
    return Stream.of(TaxRule.standard(1_900), TaxRule.reverseCharge(), TaxRule.outsideScope("Not taxable"));
  }

  @ParameterizedTest
  @MethodSource("taxes")
  void aTaxIdOfNoCountryIsNotToldAsOneForValueAddedTax(TaxRule tax) {
    Invoice invoice = Samples.taxedElsewhere(tax);
    String xml = new String(FacturX.xml(invoice), StandardCharsets.UTF_8);
    assertThat(xml).doesNotContain("\"VA\"", "ABN51824753556");
    assertThat(xml.contains("schemeID=\"FC\">QQ123456789<")).isEqualTo(tax.kind() != TaxKind.OUTSIDE_SCOPE);
    assertValid(FacturX.xml(invoice), "invoice.xml");
    assertValid(UblInvoice.of(invoice), "invoice.xml");
  }

  @Test
  void aDocumentWithALogoThatIsPartlyTransparentIsArchivable(@TempDir Path folder) throws IOException {
    var picture = new BufferedImage(200, 60, BufferedImage.TYPE_INT_ARGB);
    Graphics2D canvas = picture.createGraphics();
    canvas.setColor(new Color(0, 80, 160, 128));
    canvas.fillOval(0, 0, 200, 60);
    canvas.dispose();
    Path logo = folder.resolve("logo.png");
    ImageIO.write(picture, "png", logo.toFile());
    byte[] pdf = FacturX.embed(Samples.brief(), InvoicePdf.withLogo(logo.toString()).of(Samples.brief()));
    Files.createDirectories(KEPT);
    Files.write(KEPT.resolve("with-logo.pdf"), pdf);
    assertValid(pdf, "invoice.pdf");
  }

  private static void assertValid(byte[] file, String name) {
    var validator = new ZUGFeRDValidator();
    String report = validator.validate(file, name);
    assertThat(validator.wasCompletelyValid()).as(report).isTrue();
  }

  @Test
  void aBrokenInvoiceIsFoundOut() {
    String broken = new String(FacturX.xml(Samples.brief()), StandardCharsets.UTF_8)
        .replace("<ram:GrandTotalAmount>", "<ram:GrandTotalAmount>9");
    var validator = new ZUGFeRDValidator();
    validator.validate(broken.getBytes(StandardCharsets.UTF_8), "invoice.xml");
    assertThat(validator.wasCompletelyValid()).isFalse();
  }

  @Test
  void pagesSayWhoWhatAndHowMuchAndAreNumbered() throws IOException {
    try (PDDocument pdf = Loader.loadPDF(PDF.of(Samples.large()))) {
      String text = new PDFTextStripper().getText(pdf);
      assertThat(pdf.getNumberOfPages()).isGreaterThan(3);
      assertThat(text).contains("INV-2026-000007", "Société Générale d’Exemples S.A.", "Amount due",
          "Page 1 of " + pdf.getNumberOfPages(), "VAT 19 %", "DE02 1203 0000 0000 2020 51");
    }
  }

  @Test
  void chineseNamesAreWrittenWithEmbeddedFonts() throws IOException {
    try (PDDocument pdf = Loader.loadPDF(PDF.of(Samples.chinese()))) {
      assertThat(new PDFTextStripper().getText(pdf)).contains("北京示例科技有限公司", "长期客户优惠",
          "Reg. 91110108MA01ABCD2X");
      pdf.getPages().forEach(page -> page.getResources().getFontNames().forEach(name -> {
        try {
          assertThat(page.getResources().getFont(name).isEmbedded()).isTrue();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }));
    }
  }

  @Test
  void whatNoDocumentCanHoldIsReplacedInOneThatWasIssuedBefore() throws IOException {
    Invoice garbled = Samples.garbled();
    byte[] pdf = FacturX.embed(garbled, PDF.of(garbled));
    assertThat(text(pdf)).contains("Exa\uFFFDmple", "1 High\uFFFDStreet", "Not\uFFFDtaxed.", "order\uFFFD7");
    assertValid(pdf, "invoice.pdf");
    assertThat(new String(UblInvoice.of(garbled), StandardCharsets.UTF_8)).contains("Exa\uFFFDmple");
  }

  @Test
  void whatNoFontHasIsSeenToBeMissing() throws IOException {
    assertThat(text(PDF.of(Samples.unprintable()))).contains("Nguyễn Văn Bảo", "\uFFFD\uFFFD Ltd");
  }

  @Test
  void documentsThatAreWrittenSideBySideSayWhatTheySayAlone() throws Exception {
    List<Invoice> documents = List.of(Samples.brief(), Samples.chinese(), Samples.creditNote());
    var alone = new ArrayList<String>();
    for (Invoice each : documents) {
      alone.add(text(PDF.of(each)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      var written = new ArrayList<Future<byte[]>>();
      for (int i = 0; i < 4 * documents.size(); i++) {
        Invoice each = documents.get(i % documents.size());
        written.add(threads.submit(() -> PDF.of(each)));
      }
      for (int i = 0; i < written.size(); i++) {
        assertThat(text(written.get(i).get())).isEqualTo(alone.get(i % documents.size()));
      }
    }
  }

  private static String text(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      return new PDFTextStripper().getText(document);
    }
  }
}
