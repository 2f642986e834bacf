package dev.tollgate.gateway.console.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
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
