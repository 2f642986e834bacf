package dev.tollgate.gateway.console.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {

  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  /** RFC 6238, appendix B, the last six of its eight digits. */
  @ParameterizedTest
  @CsvSource({"59,287082", "1111111109,081804", "1111111111,050471", "1234567890,005924", "2000000000,279037",
      "20000000000,353130"})
  void makesTheCodesOfTheSpecification(long seconds, String code) {
    assertThat(Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
  }

  @Test
  void acceptsTheStepBeforeAndAfterButNoneTwice() {
    Instant now = Instant.ofEpochSecond(1_000_000);
    long step = Totp.step(now);
    assertThat(Totp.accepted(SECRET, Totp.code(SECRET, step - 1), now, 0)).isEqualTo(step - 1);
    assertThat(Totp.accepted(SECRET, Totp.code(SECRET, step + 1), now, 0)).isEqualTo(step + 1);
    assertThat(Totp.accepted(SECRET, Totp.code(SECRET, step - 2), now, 0)).isNegative();
    assertThat(Totp.accepted(SECRET, Totp.code(SECRET, step), now, step)).isNegative();
  }

  /** RFC 4648, section 10, without padding. */
  @ParameterizedTest
  @CsvSource({"f,MY", "fo,MZXQ", "foo,MZXW6", "foob,MZXW6YQ", "fooba,MZXW6YTB", "foobar,MZXW6YTBOI"})
  void writesBaseThirtyTwoAsTheSpecificationDoes(String plain, String encoded) {
    byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);
    assertThat(Base32.encode(bytes)).isEqualTo(encoded);
    assertThat(Base32.decode(encoded)).isEqualTo(bytes);
  }
}
