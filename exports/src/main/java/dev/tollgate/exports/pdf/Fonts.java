package dev.tollgate.exports.pdf;

import com.openhtmltopdf.extend.FSCacheEx;
import com.openhtmltopdf.extend.FSCacheValue;
import com.openhtmltopdf.extend.impl.FSDefaultCacheStore;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PDFontSupplier;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.CacheStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.jspecify.annotations.NullUnmarked;

/**
 * Noto Sans for Latin (also Vietnamese), Greek and Cyrillic, and Noto Sans SC for Chinese. A page embeds the glyphs that it shows. A font is
 * read once, when the first document needs it; documents share it and keep what they subset of it to themselves.
 */
final class Fonts {

  /** For CSS, in the order in which a glyph is looked for. */
  static final String FAMILIES = "latin, latin-ext, vietnamese, cyrillic, cyrillic-ext, greek, greek-ext, "
      + "chinese-simplified";

  private static final List<String> SUBSETS = List.of(FAMILIES.split(", ", -1));
  private static final int[] WEIGHTS = {400, 700};
  /** ASCII is in the first of them. */
  private static final int END_OF_ASCII = 0x7F;
  private static final Map<String, CmapLookup> GLYPHS = new ConcurrentHashMap<>();
  private static final Map<String, TrueTypeFont> READ = new ConcurrentHashMap<>();
  /** With the metrics known, layout asks for a font only where those before it lack a glyph. */
  private static final FSCacheEx<String, FSCacheValue> METRICS = new FSDefaultCacheStore();

  private Fonts() {}

  static void addTo(PdfRendererBuilder builder, PDDocument document) {
    builder.useCacheStore(CacheStore.PDF_FONT_METRICS, METRICS);
    for (String subset : SUBSETS) {
      for (int weight : WEIGHTS) {
        builder.useFont(new Shared(document, file(subset, weight)), subset, weight, FontStyle.NORMAL, true);
      }
    }
  }

  /** Whether any font has a glyph for it, or it needs none. Those weights have the same glyphs. */
  static boolean has(int codePoint) {
    return codePoint < END_OF_ASCII || Character.isWhitespace(codePoint) || SUBSETS.stream()
        .anyMatch(subset -> GLYPHS.computeIfAbsent(file(subset, WEIGHTS[0]), Fonts::glyphs)
            .getGlyphId(codePoint) != 0);
  }

  private static CmapLookup glyphs(String file) {
    try {
      return READ.computeIfAbsent(file, Fonts::read).getUnicodeCmapLookup();
    } catch (IOException e) {
      throw new UncheckedIOException("The font " + file + " does not tell its glyphs", e);
    }
  }

  private static String file(String subset, int weight) {
    return (subset.equals("chinese-simplified") ? "noto-sans-sc-" : "noto-sans-") + subset + "-" + weight
        + "-normal.woff";
  }

  private static TrueTypeFont read(String file) {
    try (InputStream in = Fonts.class.getResourceAsStream("/fonts/" + file)) {
      if (in == null) {
        throw new IllegalStateException("The font " + file + " is not there");
      }
      return new TTFParser().parse(new RandomAccessReadBuffer(Woff.trueType(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A font of one document on the tables that all documents share. */
  private static final class Shared extends PDFontSupplier {

    private final PDDocument document;
    private final String file;

    @NullUnmarked
    Shared(PDDocument document, String file) {
      super(null);
      this.document = document;
      this.file = file;
    }

    @Override
    public PDFont supply() {
      try {
        return PDType0Font.load(document, READ.computeIfAbsent(file, Fonts::read), true);
      } catch (IOException e) {
        throw new UncheckedIOException("The font " + file + " cannot be embedded", e);
      }
    }
  }
}
