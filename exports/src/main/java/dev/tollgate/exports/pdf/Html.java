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
    String text = printed(PlainText.of(plain));
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

  /** What no font has is shown as U+FFFD, which one has, so that a reader sees that something is missing. */
  private static String printed(String text) {
    if (text.codePoints().allMatch(Fonts::has)) {
      return text;
    }
    var printed = new StringBuilder(text.length());
    text.codePoints().forEach(each -> printed.appendCodePoint(Fonts.has(each) ? each : '\uFFFD'));
    return printed.toString();
  }

  /** A paragraph, or nothing for nothing. */
  static String line(@Nullable String plain) {
    return plain == null || plain.isBlank() ? "" : text(plain) + "<br/>";
  }
}
