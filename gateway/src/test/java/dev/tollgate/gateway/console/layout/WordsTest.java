package dev.tollgate.gateway.console.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.ResourceBundleMessageSource;

/** What is stored under codes, and times, as readers of both languages see them. */
class WordsTest {

  private final Words english = words(Locale.US);
  private final Words chinese = words(Locale.SIMPLIFIED_CHINESE);

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      usage = ledger            | Usage against ledger            | 用量与分类账
      usage = ledger, in all    | Usage against ledger, in all    | 用量与分类账（合计）
      ledger = balances, in all | Ledger against balances, in all | 分类账与余额（合计）
      packs = ledger            | Packs sold against ledger       | 已售套餐包与分类账
      ledger = balance of MONEY 7 | Ledger against the balance of account 7 (Balance) | 分类账与账户 7（余额）的余额
      something new             | something new                   | something new
      """)
  void namesWhatWasCompared(String check, String inEnglish, String inChinese) {
    assertThat(english.check(check)).isEqualTo(inEnglish);
    assertThat(chinese.check(check)).isEqualTo(inChinese);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      form-0198c0de-1234-7abc-8def-0123456789ab  | Purchase 456789ab
      order-0198c0de-1234-7abc-8def-0123456789ab | Order 456789ab
      bank 4711                                  | bank 4711
      """)
  void tellsReferencesThatPagesGaveInAFewCharacters(String reference, String told) {
    assertThat(english.reference(reference)).isEqualTo(told);
    assertThat(english.reference(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      finance ada@example.com | ada@example.com · Finance
      ada@example.com         | ada@example.com
      month's end             | month's end
      """)
  void namesTheRoleOfWhoDidSomething(String actor, String told) {
    assertThat(english.actor(actor)).isEqualTo(told);
  }

  @Test
  void leavesWhatOperatorsNamedThemselves() {
    assertThat(english.plan("pay-as-you-go")).isEqualTo("Pay as you go");
    assertThat(english.plan("research-2027")).isEqualTo("research-2027");
    assertThat(english.unit("EUR")).isEqualTo("EUR");
  }

  @Test
  void ordersActionsByTheirNames() {
    assertThat(english.sorted(List.of("top-up.receive", "pack.buy", "api-key.create")))
        .containsExactly("api-key.create", "pack.buy", "top-up.receive");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 | Chrome · Linux
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0 | Edge · Windows
      Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15 | Safari · macOS
      Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1 | Chrome · iPhone
      Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0 | Firefox · Android
      curl/8.5.0 | curl/8.5.0
      """)
  void namesBrowsers(String agent, String named) {
    assertThat(english.browser(agent)).isEqualTo(named);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      UTC           | 2026-11-22T23:30:00Z | Nov 22, 2026, 11:30 PM UTC      | 2026-11-22
      Z             | 2026-11-22T23:30:00Z | Nov 22, 2026, 11:30 PM UTC      | 2026-11-22
      Europe/Zurich | 2026-11-22T23:30:00Z | Nov 23, 2026, 12:30 AM UTC+1    | 2026-11-23
      Europe/Zurich | 2026-07-22T23:30:00Z | Jul 23, 2026, 1:30 AM UTC+2     | 2026-07-23
      Asia/Kolkata  | 2026-11-22T23:30:00Z | Nov 23, 2026, 5:00 AM UTC+05:30 | 2026-11-23
      """)
  void writesTimesInTheReadersZoneAndSaysHowFarItIsFromUtc(String zone, Instant at, String told,
      String day) {
    var formats = new Formats(Locale.US, ZoneId.of(zone));
    assertThat(formats.moment(at).replace('\u202f', ' ')).isEqualTo(told);
    assertThat(formats.isoDate(at)).isEqualTo(day);
    assertThat(formats.iso(at)).isEqualTo(at.toString());
  }

  private static Words words(Locale locale) {
    var messages = new ResourceBundleMessageSource();
    messages.setBasename("messages/console");
    messages.setDefaultEncoding("UTF-8");
    messages.setFallbackToSystemLocale(false);
    return new Words(messages, new Formats(locale), locale);
  }
}
