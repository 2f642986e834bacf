package dev.tollgate.tenants;

/**
 * Text that every document can hold. Documents are written through XML 1.0, which knows no control characters but the tab
 * and the ends of lines, no halves of surrogate pairs, and neither U+FFFE nor U+FFFF (the production {@code Char}), not
 * even escaped: one of them makes a document that nobody can write or read.
 */
public final class PlainText {

  /** What a field is told that breaks the rule. */
  public static final String RULE = "must be without control characters";

  private static final int INSTEAD = '\uFFFD';
  private static final int LAST_BEFORE_SURROGATES = 0xD7FF;
  private static final int FIRST_BEHIND_SURROGATES = 0xE000;
  private static final int LAST_OF_THE_BASIC_PLANE = 0xFFFD;

  private PlainText() {}

  public static boolean isPlain(String text) {
    return text.codePoints().allMatch(PlainText::isPlain);
  }

  /** The text with U+FFFD for whatever no document can hold: for what was recorded before it was refused. */
  public static String of(String text) {
    if (isPlain(text)) {
      return text;
    }
    var plain = new StringBuilder(text.length());
    text.codePoints().forEach(each -> plain.appendCodePoint(isPlain(each) ? each : INSTEAD));
    return plain.toString();
  }

  private static boolean isPlain(int codePoint) {
    if (codePoint < ' ') {
      return codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
    }
    return codePoint <= LAST_BEFORE_SURROGATES
        || (codePoint >= FIRST_BEHIND_SURROGATES && codePoint <= LAST_OF_THE_BASIC_PLANE)
        || codePoint >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
  }
}
