package dev.tollgate.gateway.console.forms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.layout.Formats;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the modules below, with their values, as they are told in both languages. */
class RuleTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      must have 1 to 100 characters | It must have 1 to 100 characters. | 必须为 1 至 100 个字符。
      must be at most 3600 | It must be at most 3,600. | 最大为 3,600。
      must be at least 50 USD | It must be at least 50 USD. | 最小为 50 USD。
      must be that of the contract, EUR | It must be that of the contract, EUR. | 必须是合同的货币：EUR。
      must come after 2026-11-01T00:00:00Z | It must come after Nov 1, 2026, 12:00 AM UTC. | 必须晚于 2026年11月1日 00:00 UTC。
      must be without 가/U+00AC00, which no font of the documents has \
      | It must be without 가/U+00AC00, which no font of the documents has. | 不得包含 가/U+00AC00：文档所用的字体中没有该字符。
      must be two letters of ISO 3166 | It must be two letters of ISO 3166. | 必须是 ISO 3166 的两位字母。
      Months are closed in order, and 2026-09 is not closed yet Close 2026-09 first \
      | Months are closed in order, and September 2026 is not closed yet. Close September 2026 first. \
      | 月份须按顺序结账，2026年9月 尚未结账。请先结 2026年9月。
      No tenant had a contract in 2026-12 Due now: [2026-09] \
      | No tenant had a contract in December 2026. Due now: September 2026. \
      | 2026年12月 没有租户签有合同。目前应结：2026年9月。
      No tenant had a contract in 2026-12 Due now: [2026-09, 2026-10, 2026-11] \
      | No tenant had a contract in December 2026. Due now: September 2026, October 2026, November 2026. \
      | 2026年12月 没有租户签有合同。目前应结：2026年9月、2026年10月、2026年11月。
      The month 2026-11 has not ended It can be closed from 2026-12-01T00:00:00Z on; \
      none is due until 2026-11 has ended, at 2026-12-01T00:00:00Z \
      | The month November 2026 has not ended. It can be closed from Dec 1, 2026, 12:00 AM UTC on. \
      None is due until November 2026 has ended, at Dec 1, 2026, 12:00 AM UTC. \
      | 2026年11月 尚未结束，可自 2026年12月1日 00:00 UTC 起结账。在 2026年11月 于 2026年12月1日 00:00 UTC 结束之前，没有应结的月份。
      Months are closed in order, and 2026-10 is closed already \
      What belongs to 2026-09 and came later is on the next invoice; 2026-10 or the month after it can be closed \
      | Months are closed in order, and October 2026 is closed already. What belongs to September 2026 and came later \
      is on the next invoice. October 2026 or the month after it can be closed. \
      | 月份须按顺序结账，2026年10月 已结账。属于 2026年9月 的迟到用量会列入下一张账单。可结 2026年10月 或其后一个月。
      An amount of 119.01 USD is not what is open Between 0.01 USD and 119.00 USD can be recorded \
      | 119.01 USD is not what is open. Between 0.01 USD and 119.00 USD can be recorded. \
      | 119.01 USD 与未付金额不符。可记录 0.01 USD 至 119.00 USD。
      An amount of 1.00 USD is not what is open Nothing is open on T-2026-000001 \
      | 1.00 USD is not what is open. Nothing is open on T-2026-000001. \
      | 1.00 USD 与未付金额不符。T-2026-000001 没有未付金额。
      The month 2026-10 is not closed Close it first; months that can be closed: [2026-08, 2026-09] \
      | The month October 2026 is not closed. Close it first. Months that can be closed: August 2026, September 2026. \
      | 2026年10月 尚未结账。请先结账。可结账的月份：2026年8月、2026年9月。
      The month 2026-10 is not closed Name one that is, since none can be closed now: [2026-08] \
      | The month October 2026 is not closed. Name one that is, since none can be closed now: August 2026. \
      | 2026年10月 尚未结账。目前没有可结账的月份，请选择已结账的月份：2026年8月。
      No document of 2026-09 is finalised Finalise the month's drafts first \
      | No document of September 2026 is finalised. Finalise the month’s drafts first. \
      | 2026年9月 没有已定稿的单据。请先将该月的草稿定稿。
      """)
  void saysTheValuesWhereTheMessageHasPlacesForThem(String rule, String english, String chinese) {
    assertThat(told(rule, Locale.US)).isEqualTo(english);
    assertThat(told(rule, Locale.SIMPLIFIED_CHINESE)).isEqualTo(chinese);
  }

  private static String told(String sentence, Locale locale) {
    Rule rule = Rule.of(sentence);
    var messages = ResourceBundle.getBundle("messages.console", locale,
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_DEFAULT));
    if (messages.containsKey(rule.code())) {
      return messages.getString(rule.code());
    }
    var formats = new Formats(locale);
    List<String> values = rule.values().stream().map(formats::value).toList();
    return new MessageFormat(messages.getString(rule.pattern()), locale).format(values.toArray());
  }
}
