package dev.tollgate.gateway.console.forms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.forms.Field.Kind;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** What is read of what people type into a form. */
class FormTest {

  private static final FormPage PAGE = new FormPage("top-up", "/", "/", null,
      Field.optional("value", Kind.MONEY));

  private static Form typed(String value) {
    var request = new MockHttpServletRequest();
    request.setParameter("value", value);
    return Form.read(PAGE, request);
  }

  /** A comma is a decimal sign to half of the world; read as a separator it makes 1250 of 12,50. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "refused", quoteCharacter = '"', textBlock = """
      12.50               | 12.50
      0.000000000001      | 0.000000000001
      1250                | 1250
      1250.00             | 1250.00
      $12.50              | 12.50
      12.50 €             | 12.50
      1'250.00            | 1250.00
      1’250’000.00        | 1250000.00
      1 250.00            | 1250.00
      1\u00a0250\u202f000 | refused
      1\u202f250\u202f000 | 1250000
      12,50               | refused
      0,003               | refused
      1,250               | refused
      1,250.00            | refused
      1.250,00            | refused
      1.250.000           | refused
      1250.               | refused
      .50                 | refused
      12 50               | refused
      1 25 000            | refused
      0 250               | refused
      1€250               | refused
      -5                  | refused
      1e3                 | refused
      0.0000000000001     | refused
      """)
  void readsMoneyThatCanMeanOneAmountOnly(String value, @Nullable BigDecimal read) {
    Form form = typed(value);
    Long pico = form.pico("value");
    assertThat(pico == null ? null : BigDecimal.valueOf(pico, 12).stripTrailingZeros())
        .isEqualTo(read == null ? null : read.stripTrailingZeros());
    assertThat(form.problem("value")).isEqualTo(read == null
        ? new Form.Problem("problem.amount", "", List.of(),
            "must be an amount such as 1250.00, with a point and without commas")
        : null);
  }

  /** PostgreSQL knows no year 300000. */
  @ParameterizedTest
  @CsvSource({"2026-11-23T10:00,false", "1969-12-31T23:59,true", "9999-01-01T00:00,true",
      "+300000-01-01T00:00,true",
      "+999999999-12-31T23:59,true", "tomorrow,true"})
  void readsMomentsThatCanBeStored(String value, boolean refused) {
    Form form = typed(value);
    assertThat(form.moment("value") == null).isEqualTo(refused);
    assertThat(form.hasProblems()).isEqualTo(refused);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "refused", quoteCharacter = '"', textBlock = """
      15                  | 15
      1,500               | 1500
      50,000,000          | 50000000
      50 000 000          | 50000000
      50’000’000          | 50000000
      999999999999999999  | 999999999999999999
      1,5                 | refused
      1,50                | refused
      0,500               | refused
      1,500 000           | refused
      1,5000              | refused
      1.5                 | refused
      1.500               | refused
      1000000000000000000 | refused
      """)
  void readsWholeNumbersWhoseSeparatorsStandBetweenThousands(String value, @Nullable Long read) {
    Form form = typed(value);
    assertThat(form.number("value")).isEqualTo(read);
    assertThat(form.hasProblems()).isEqualTo(read == null);
  }
}
