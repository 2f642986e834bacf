package dev.tollgate.exports.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Lettering;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fonts have that documents are printed with. */
class FontsTest {

  private final Lettering letters = InvoicePdf::lacking;

  @ParameterizedTest
  @ValueSource(strings = {"Société Générale d’Exemples", "Žluťoučký kůň", "Công ty TNHH Nguyễn Văn Bảo",
      "Ελλάς ἀρχή",
      "Общество Ѳома", "北京示例科技有限公司", "12 €, ₫ 5\tand\nso on", "\uFFFD"})
  void namesOfTheseLanguagesArePrinted(String name) {
    assertThat(letters.lacking(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uAC00", "\u05D0", "\u0627", "\u0E01", "\uD840\uDC00", "\uD83D\uDE00"})
  void whatNoFontHasIsFoundAmongOtherLetters(String letter) {
    assertThat(letters.lacking("Example " + letter + " Ltd")).hasValue(letter.codePointAt(0));
  }
}
