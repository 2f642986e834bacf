package dev.tollgate.gateway.console.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.layout.Changes.Change;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.ResourceBundleMessageSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Entries of the audit log as readers of both languages see them. */
class ChangesTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Changes english = changes(Locale.US);
  private final Changes chinese = changes(Locale.SIMPLIFIED_CHINESE);

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {"creditLimit": {"currency": "USD", "amount": "1234.5"}} | Credit limit | $1,234.50 | 信用额度 | US$1,234.50
      {"pico": 2500000000000, "currency": "USD"} | Amount | $2.50 | 金额 | US$2.50
      {"pico": 2500000000000} | Amount | 2.5 | 金额 | 2.5
      {"from": "2026-11-01T00:00:00Z"} | From | Nov 1, 2026, 12:00 AM UTC | 自 | 2026年11月1日 00:00 UTC
      {"dueOn": "2026-11-30"} | Due | Nov 30, 2026 | 到期日 | 2026年11月30日
      {"month": "2026-10"} | Month | October 2026 | 月份 | 2026年10月
      {"month": "2026-77"} | Month | 2026-77 | 月份 | 2026-77
      {"role": "FINANCE"} | Role | Finance: prices, contracts, invoices | 角色 | 财务
      {"suspended": true} | Suspended | Yes | 已停用 | 是
      {"discountBasisPoints": 3050} | Discount | 30.5% | 折扣 | 30.5%
      {"tokensPerMinute": 120000} | Tokens per minute | 120,000 | 每分钟词元数 | 120,000
      {"postalCode": "8005"} | Postal code | 8005 | 邮政编码 | 8005
      {"somethingNew": "as it is"} | somethingNew | as it is | somethingNew | as it is
      {"tax": {"taxKind": "EXEMPT"}} | Tax · Tax | Exempt | 税额 · 税种 | 免税
      """)
  void tellsFieldsInWords(String card, String name, String value, String nameInChinese,
      String valueInChinese) {
    assertThat(told(english, null, card)).first().isEqualTo(new Change(name, "", value));
    assertThat(told(chinese, null, card)).first().satisfies(change -> {
      assertThat(change.name()).isEqualTo(nameInChinese);
      assertThat(change.after()).startsWith(valueInChinese);
    });
  }

  @Test
  void tellsWhatDiffersAndLeavesOutWhatDoesNot() {
    assertThat(told(english, """
        {"name": "Old", "slug": "same", "expiresAt": null, "scopes": ["GENERATE"]}""",
        """
            {"name": "New", "slug": "same", "expiresAt": "2027-01-01T00:00:00Z", "scopes": ["GENERATE", "MODELS"]}"""))
        .containsExactly(new Change("Name", "Old", "New"),
            new Change("What it may be used for", "Generate text", "Generate text, List models"),
            new Change("Expires", "", "Jan 1, 2027, 12:00 AM UTC"));
    assertThat(told(english, "{\"name\": \"Same\"}", "{\"name\": \"Same\"}"))
        .containsExactly(new Change("Name", "Same", "Same"));
    assertThat(told(english, "{\"name\": \"Gone\"}", null)).containsExactly(new Change("Name", "Gone", ""));
    assertThat(told(english, null, null)).isEmpty();
  }

  @Test
  void tellsListsOfCardsByTheirPlaces() {
    assertThat(told(english, null, "{\"lines\": [{\"net\": {\"currency\": \"USD\", \"amount\": \"1\"}}]}"))
        .containsExactly(new Change("Lines · 1 · Net", "", "$1.00"));
  }

  private static List<Change> told(Changes changes, @Nullable String before, @Nullable String after) {
    return changes.between(tree(before), tree(after)).stream()
        .map(change -> new Change(change.name(), change.before().replace('\u202f', ' '),
            change.after().replace('\u202f', ' ')))
        .toList();
  }

  private static @Nullable JsonNode tree(@Nullable String json) {
    return json == null ? null : MAPPER.readTree(json);
  }

  private static Changes changes(Locale locale) {
    var messages = new ResourceBundleMessageSource();
    messages.setBasename("messages/console");
    messages.setDefaultEncoding("UTF-8");
    messages.setFallbackToSystemLocale(false);
    return new Changes(messages, new Formats(locale), locale);
  }
}
