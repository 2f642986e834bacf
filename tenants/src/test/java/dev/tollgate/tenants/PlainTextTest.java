package dev.tollgate.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

  private static final String WHOLE = "a\tb\r\nc \uD7FF\uE000\uFFFD\uD83D\uDE00\uDBFF\uDFFF\u0085";

  @Test
  void whatXmlCanHoldIsPlainAndStaysAsItIs() {
    assertThat(PlainText.isPlain(WHOLE)).isTrue();
    assertThat(PlainText.of(WHOLE)).isSameAs(WHOLE);
    assertThat(PlainText.isPlain("")).isTrue();
  }

  @Test
  void whatXmlCannotHoldIsNotPlainAndIsReplaced() {
    for (String each : new String[]{"\u0000", "\u0001", "\u000B", "\u001F", "\uFFFE", "\uFFFF", "\uD800",
        "\uDC00"}) {
      assertThat(PlainText.isPlain("a" + each + "b")).isFalse();
      assertThat(PlainText.of("a" + each + "b")).isEqualTo("a\uFFFDb");
    }
  }
}
