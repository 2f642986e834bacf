package dev.tollgate.exports.pdf;

import dev.tollgate.tenants.PlainText;
import org.jspecify.annotations.Nullable;

/** Text as it may stand in a page. */
final class Html {

  private Html() {}

  static String text(@Nullable String plain) {
    if (plain == null) {
      return "";
    }
    String text = PlainText.of(plain);
    var html = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      switch (each) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        default -> html.append(each);
      }
    }
    return html.toString();
  }

  /** A paragraph, or nothing for nothing. */
  static String line(@Nullable String plain) {
    return plain == null || plain.isBlank() ? "" : text(plain) + "<br/>";
  }
}
