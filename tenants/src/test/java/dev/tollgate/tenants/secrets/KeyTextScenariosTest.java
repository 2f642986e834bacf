package dev.tollgate.tenants.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyTextScenariosTest {

  private static final UUID ID = UUID.fromString("0198c0de-0000-7000-8000-00000000002a");
  private static final String KEY = KeyText.create(SecretKind.API_KEY, ID, new SecureRandom());

  static Stream<String> garbled() {
    return Stream.of("", " ", "tg_live_", "sk-" + KEY.substring(3), KEY + " ", " " + KEY, KEY + KEY,
        KEY.substring(1), KEY.substring(0, KEY.length() - 1), KEY.toLowerCase(Locale.ROOT),
        KEY.replace('_', '-'), KEY.replace("tg_live_", "tg_test_"), KEY.substring(0, 63) + "é",
        "tg_live_" + "\uD83D\uDD11".repeat(28), "\0".repeat(64), "Bearer " + KEY, "z".repeat(64),
        "tg_live_" + "z".repeat(22) + "_" + "z".repeat(33), "x".repeat(1 << 20));
  }

  @ParameterizedTest
  @MethodSource("garbled")
  void readsNothingFromWhatIsNoKey(String garbled) {
    assertThat(KeyText.parse(SecretKind.API_KEY, garbled)).isNull();
  }

  @Test
  void noticesEverySingleChangedCharacter() {
    for (int i = 0; i < KEY.length(); i++) {
      for (char replacement : (Base62.ALPHABET + "_-. é").toCharArray()) {
        if (replacement != KEY.charAt(i)) {
          String changed = KEY.substring(0, i) + replacement + KEY.substring(i + 1);
          assertThat(KeyText.parse(SecretKind.API_KEY, changed)).as(changed).isNull();
        }
      }
    }
  }

  @Test
  void noticesTwoNeighboursSwapped() {
    for (int i = 1; i < KEY.length(); i++) {
      if (KEY.charAt(i) != KEY.charAt(i - 1)) {
        String swapped = KEY.substring(0, i - 1) + KEY.charAt(i) + KEY.charAt(i - 1) + KEY.substring(i + 1);
        assertThat(KeyText.parse(SecretKind.API_KEY, swapped)).as(swapped).isNull();
      }
    }
  }

  @Test
  void readsTheIdThatItWrote() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      var id = new UUID(random.nextLong(), random.nextLong());
      KeyText parsed = Objects.requireNonNull(
          KeyText.parse(SecretKind.API_KEY, KeyText.create(SecretKind.API_KEY, id, random)), "seed " + seed);
      assertThat(parsed.id()).as("seed %d", seed).isEqualTo(id);
    }
  }

  @Test
  void writesTheBoundsOf128BitsAsEveryBase62CoderDoes() {
    assertThat(Base62.encode(new UUID(0, 0))).isEqualTo("0".repeat(22));
    assertThat(Base62.encode(new UUID(0, 61))).isEqualTo("0".repeat(21) + "z");
    String most = Base62.encode(new UUID(-1, -1));
    assertThat(most).isEqualTo("7n42DGM5Tflk9n8mt7Fhc7");
    assertThat(Base62.decodeUuid(most, 0)).isEqualTo(new UUID(-1, -1));
    assertThat(Base62.decodeUuid("7n42DGM5Tflk9n8mt7Fhc8", 0)).as("2 to the power of 128").isNull();
  }

  @Test
  void hasMoreThan128RandomBitsInItsSecret() {
    assertThat(BigInteger.valueOf(62).pow(27).bitLength()).isGreaterThan(128);
    assertThat(KEY).hasSize(64).startsWith("tg_live_");
    assertThat(KeyText.create(SecretKind.API_KEY, ID, new SecureRandom())).isNotEqualTo(KEY);
  }

  @Test
  void readsNothingThatIsOfAnotherKind() {
    String token = KeyText.create(SecretKind.OPERATOR_TOKEN, ID, new SecureRandom());
    assertThat(token).startsWith("tg_operator_");
    assertThat(KeyText.parse(SecretKind.OPERATOR_TOKEN, token)).isNotNull();
    assertThat(KeyText.parse(SecretKind.TENANT_TOKEN, token)).isNull();
    assertThat(KeyText.parse(SecretKind.API_KEY, token)).isNull();
  }

  @Test
  void neverPrintsTheSecret() {
    assertThat(Objects.requireNonNull(KeyText.parse(SecretKind.API_KEY, KEY)).toString())
        .isEqualTo(KEY.substring(0, 30) + "_…");
  }
}
