package dev.tollgate.gateway.console.forms;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A rule as the modules below say it. They say it in English and with their values in it; what is said to a reader is the
 * message of the whole sentence or, where there is none, the one of the sentence without its values, which has places for
 * them.
 *
 * @param code of the message for the whole sentence
 * @param pattern of the message for the sentence with an {@code N} for every value
 * @param values words with a digit in them, and codes of currencies, as they stand in the sentence; a list is one value
 */
record Rule(String code, String pattern, List<String> values) {

  private static final Pattern NO_KEY = Pattern.compile("[^A-Za-z0-9]+");
  private static final Pattern VALUE = Pattern.compile("[\\[(]*(\\S*\\d\\S*?|[A-Z]{3})[]),.;:]*");

  static Rule of(String sentence) {
    var words = new ArrayList<String>();
    var values = new ArrayList<String>();
    boolean goesOn = false;
    for (String word : sentence.split(" ", -1)) {
      var value = VALUE.matcher(word);
      if (!value.matches()) {
        words.add(word);
      } else if (goesOn) {
        values.add(values.removeLast() + ", " + value.group(1));
      } else {
        values.add(value.group(1));
        words.add("N");
      }
      goesOn = value.matches() && word.endsWith(",");
    }
    return new Rule(key(sentence), key(String.join(" ", words)), List.copyOf(values));
  }

  private static String key(String sentence) {
    return "rule." + NO_KEY.matcher(sentence).replaceAll("-");
  }
}
