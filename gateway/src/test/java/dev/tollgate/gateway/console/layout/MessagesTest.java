package dev.tollgate.gateway.console.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.ledger.AccountKind;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.gateway.management.changes.AuditActions;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Scope;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The two languages of the pages against each other, and against the templates. */
class MessagesTest {

  private static final Pattern NAMED = Pattern.compile("#\\{([a-z][A-Za-z0-9_.-]*)[}(]");
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  private final Properties english = read("/messages/console.properties");
  private final Properties chinese = read("/messages/console_zh_CN.properties");

  @Test
  void bothLanguagesSayTheSameThings() {
    assertThat(chinese.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
  }

  @Test
  void bothLanguagesHavePlacesForTheSameValues() {
    var different = new TreeSet<String>();
    for (String key : english.stringPropertyNames()) {
      if (!places(english.getProperty(key)).equals(places(chinese.getProperty(key, "")))) {
        different.add(key);
      }
    }
    assertThat(different).isEmpty();
  }

  @Test
  void everyMessageThatATemplateNamesIsThere() throws IOException {
    var missing = new TreeSet<String>();
    for (Resource template : new PathMatchingResourcePatternResolver()
        .getResources("classpath*:/templates/**/*.html")) {
      Matcher named = NAMED.matcher(template.getContentAsString(StandardCharsets.UTF_8));
      while (named.find()) {
        if (!english.containsKey(named.group(1))) {
          missing.add(template.getFilename() + " " + named.group(1));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyCodeThatPagesShowHasAName() {
    var codes = new TreeSet<String>();
    AuditActions.ALL.forEach(action -> codes.add("audited." + action));
    add(codes, "state.", Invoice.State.values());
    add(codes, "line.", Invoice.LineKind.values());
    add(codes, "fund.", FundKind.values());
    add(codes, "option.", TokenClass.values());
    add(codes, "option.", Scope.values());
    add(codes, "option.", TaxKind.values());
    add(codes, "option.", OperatorRole.values());
    add(codes, "option.", MemberRole.values());
    add(codes, "role.", OperatorRole.values());
    add(codes, "role.", MemberRole.values());
    add(codes, "account.", AccountKind.values());
    add(codes, "documents.stage.", Closing.Stage.values());
    codes.addAll(List.of("option.pay-as-you-go", "option.enterprise"));
    assertThat(english.stringPropertyNames()).containsAll(codes);
    assertThat(chinese.stringPropertyNames()).containsAll(codes);
  }

  private static void add(Set<String> codes, String prefix, Enum<?>[] values) {
    for (Enum<?> value : values) {
      codes.add(prefix + value.name());
    }
  }

  private static List<String> places(String message) {
    var places = new ArrayList<>(PLACE.matcher(message).results().map(found -> found.group()).toList());
    places.sort(null);
    return places;
  }

  private static Properties read(String file) {
    var properties = new Properties();
    try (var reader = new InputStreamReader(
        Objects.requireNonNull(MessagesTest.class.getResourceAsStream(file)),
        StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return properties;
  }
}
