package dev.tollgate.exports.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.Books;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's logo: shown where it can be, refused with what is possible instead where it cannot. */
class LogoTest {

  private static final String INSTEAD = "; it must be a PNG or JPEG of at most 1 MiB, each side of 16 to 4000 pixels";

  @TempDir
  private Path folder;

  private Path picture(String type, int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    canvas.setColor(Color.ORANGE);
    canvas.fillOval(0, 0, width, height);
    canvas.dispose();
    Path file = folder.resolve("logo." + type);
    assertThat(ImageIO.write(image, type, file.toFile())).isTrue();
    return file;
  }

  private static List<PDImageXObject> pictures(Path logo) throws IOException {
    var pictures = new ArrayList<PDImageXObject>();
    try (PDDocument pdf = Loader.loadPDF(InvoicePdf.withLogo(logo.toString()).of(anInvoice()))) {
      PDResources resources = pdf.getPage(0).getResources();
      for (COSName name : resources.getXObjectNames()) {
        if (resources.getXObject(name) instanceof PDImageXObject picture) {
          pictures.add(picture);
        }
      }
    }
    return pictures;
  }

  private static Invoice anInvoice() {
    return Books.ofSamples().findByNumber("INV-2026-000003").orElseThrow();
  }

  @Test
  void aPictureStandsAtTheHeadNoLargerThanThePageShows() throws IOException {
    for (String type : List.of("png", "jpeg")) {
      assertThat(pictures(picture(type, 1_062, 200))).singleElement().satisfies(picture -> {
        assertThat(picture.getWidth()).isEqualTo(531);
        assertThat(picture.getHeight()).isEqualTo(100);
      });
    }
  }

  @Test
  void withoutAPictureThereAreBars() {
    assertThat(InvoicePage.of(anInvoice(), Logo.bars())).contains("class='bar b1'").doesNotContain("<img");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    refused(folder.resolve("none.png"), "is not there");
  }

  @Test
  void aFileThatIsNoPictureIsRefused() throws IOException {
    Path file = folder.resolve("logo.png");
    Files.writeString(file, "<svg xmlns='http://www.w3.org/2000/svg'/>");
    refused(file, "is no picture");
  }

  @Test
  void anotherTypeThanPngAndJpegIsRefusedWhateverItsName() throws IOException {
    Path file = folder.resolve("logo.png");
    Files.copy(picture("gif", 50, 50), file);
    refused(file, "is of type gif");
  }

  @Test
  void aPictureThatIsTooSmallOrTooLargeIsRefused() throws IOException {
    refused(picture("png", 15, 50), "has 15 by 50 pixels");
    refused(picture("png", 4_001, 16), "has 4001 by 16 pixels");
  }

  @Test
  void aFileThatIsTooLargeIsRefused() throws IOException {
    Path file = folder.resolve("logo.png");
    Files.write(file, new byte[(1 << 20) + 1]);
    refused(file, "has 1048577 bytes");
  }

  @Test
  void aPictureThatIsCutOffIsRefused() throws IOException {
    Path file = picture("png", 300, 100);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, 60));
    refused(file, "cannot be read");
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> Logo.of(file)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The logo " + file + " " + why + INSTEAD);
  }
}
