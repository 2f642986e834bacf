package dev.tollgate.gateway.console.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which days figures are of. */
class SpanTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);

  /** Days that the database does not know among them. */
  @ParameterizedTest
  @CsvSource(textBlock = """
      2026-11-01,     2026-11-02,     2026-11-01, 2026-11-03
      '',             '',             2026-10-25, 2026-11-24
      2026-11-02,     2026-11-01,     2026-10-25, 2026-11-24
      2020-01-01,     2026-11-01,     2026-10-25, 2026-11-24
      x,              2026-11-01,     2026-10-25, 2026-11-24
      +300000-01-01,  +300000-01-02,  2026-10-25, 2026-11-24
      1969-12-31,     1970-01-01,     2026-10-25, 2026-11-24
      +999999999-12-31, +999999999-12-31, 2026-10-25, 2026-11-24
      """)
  void areThoseAskedForOrTheLastThirty(String from, String last, LocalDate begin, LocalDate end) {
    assertThat(Span.asked(from, last, TODAY)).isEqualTo(new Span(begin, end));
  }
}
