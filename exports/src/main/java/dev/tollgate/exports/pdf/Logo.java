package dev.tollgate.exports.pdf;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** The mark at the head of a document: the operator's own picture, or three bars where there is none. */
final class Logo {

  private static final Set<String> TYPES = Set.of("png", "jpeg");
  private static final long MOST_BYTES = 1 << 20;
  private static final int LEAST_PIXELS = 16;
  private static final int MOST_PIXELS = 4_000;
  /** What the head of a page has room for, 45 by 14 mm, at 300 dots an inch. */
  private static final int WIDTH = 531;
  private static final int HEIGHT = 165;
  private static final String INSTEAD = "; it must be a PNG or JPEG of at most 1 MiB, each side of "
      + LEAST_PIXELS
      + " to " + MOST_PIXELS + " pixels";

  private final String html;

  private Logo(String html) {
    this.html = html;
  }

  static Logo bars() {
    return new Logo("<td class='mark'><div class='logo'><div class='bar b1'></div><div class='bar b2'></div>"
        + "<div class='bar b3'></div></div></td>");
  }

  /**
   * A picture from a file, read now and kept. It is made small enough for the page, and its colours are made those that
   * documents for archives may have.
   *
   * @throws IllegalArgumentException if the file is none that can be used; the message says why, and which can
   */
  static Logo of(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw refused(file, "is not there");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw refused(file, "has " + Files.size(file) + " bytes");
      }
      var small = new ByteArrayOutputStream();
      ImageIO.write(fitted(picture(file, Files.readAllBytes(file))), "png", small);
      return new Logo("<td class='picture'><img src='data:image/png;base64,"
          + Base64.getEncoder().encodeToString(small.toByteArray()) + "'/></td>");
    } catch (IOException e) {
      throw new IllegalArgumentException("The logo " + file + " cannot be read" + INSTEAD, e);
    }
  }

  private static BufferedImage picture(Path file, byte[] bytes) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw refused(file, "is no picture");
      }
      ImageReader reader = readers.next();
      try {
        String type = reader.getFormatName().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
          throw refused(file, "is of type " + type);
        }
        reader.setInput(in, /* seekForwardOnly= */ true, /* ignoreMetadata= */ true);
        // Before it is unpacked: a small file may unpack to any size.
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (Math.min(width, height) < LEAST_PIXELS || Math.max(width, height) > MOST_PIXELS) {
          throw refused(file, "has " + width + " by " + height + " pixels");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }
  }

  private static IllegalArgumentException refused(Path file, String why) {
    return new IllegalArgumentException("The logo " + file + " " + why + INSTEAD);
  }

  /** In sRGB, and no larger than what can be seen. */
  private static BufferedImage fitted(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    if (width > WIDTH) {
      height = Math.max(1, Math.multiplyExact(height, WIDTH) / width);
      width = WIDTH;
    }
    if (height > HEIGHT) {
      width = Math.max(1, Math.multiplyExact(width, HEIGHT) / height);
      height = HEIGHT;
    }
    int kind = picture.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
    var fitted = new BufferedImage(width, height, kind);
    Graphics2D canvas = fitted.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    canvas.drawImage(picture, 0, 0, width, height, null);
    canvas.dispose();
    return fitted;
  }

  /** A cell of the page's head. */
  String html() {
    return html;
  }
}
