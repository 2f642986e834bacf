package dev.tollgate.exports.pdf;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Noto Sans for Latin, Greek and Cyrillic, and Noto Sans SC for Chinese. A page embeds the glyphs that it shows. */
final class Fonts {

  /** For CSS, in the order in which a glyph is looked for. */
  static final String FAMILIES = "latin, latin-ext, cyrillic, greek, chinese-simplified";

  private static final List<String> SUBSETS = List.of("latin", "latin-ext", "cyrillic", "greek",
      "chinese-simplified");
  private static final int[] WEIGHTS = {400, 700};
  private static final Map<String, byte[]> UNPACKED = new ConcurrentHashMap<>();

  private Fonts() {}

  static void addTo(PdfRendererBuilder builder) {
    for (String subset : SUBSETS) {
      for (int weight : WEIGHTS) {
        String file = (subset.equals("chinese-simplified") ? "noto-sans-sc-" : "noto-sans-") + subset + "-"
            + weight
            + "-normal.woff";
        builder.useFont(() -> new ByteArrayInputStream(UNPACKED.computeIfAbsent(file, Fonts::read)), subset,
            weight,
            FontStyle.NORMAL, true);
      }
    }
  }

  private static byte[] read(String file) {
    try (InputStream in = Fonts.class.getResourceAsStream("/fonts/" + file)) {
      if (in == null) {
        throw new IllegalStateException("The font " + file + " is not there");
      }
      return Woff.trueType(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
