package dev.tollgate.inference.engine.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chat template in the part of Jinja that models' templates use, with line breaks after blocks and indentation
 * before them removed. What is not supported is refused when the template is read, not when it is used. Safe for use by
 * any thread.
 */
public final class Template {

  private static final int LONGEST_RANGE = 100_000;

  private final Node root;
  private final Clock clock;

  private Template(Node root, Clock clock) {
    this.root = root;
    this.clock = clock;
  }

  /**
   * Reads a template.
   *
   * @param clock what {@code strftime_now} tells
   * @throws TemplateException if it is no template or uses something that is not supported
   */
  public static Template parse(String source, Clock clock) {
    return new Template(new TemplateParser(Segment.cut(source)).whole(), clock);
  }

  /**
   * The text for these variables: null, Boolean, Long, Double, String, and Lists and Maps of them.
   *
   * @throws TemplateException if it cannot be rendered
   */
  public String render(Map<String, @Nullable Object> variables) {
    Map<String, @Nullable Object> names = new HashMap<>(globals());
    names.putAll(variables);
    Output output = new Output();
    try {
      root.render(new Scope(names), output);
    } catch (StackOverflowError _) {
      throw new TemplateException("the chat template calls itself without end");
    } catch (ClassCastException | IndexOutOfBoundsException | java.util.NoSuchElementException e) {
      throw new TemplateException("the chat template cannot be rendered: " + e.getMessage());
    }
    return output.toString();
  }

  private Map<String, @Nullable Object> globals() {
    Function raise = (given, _) -> {
      throw TemplateException.raised(given.isEmpty() ? "" : Values.text(given.getFirst()));
    };
    Function now = (given, _) -> time(Values.text(given.getFirst()));
    Function namespace = (_, named) -> new Namespace(named);
    Function dict = (_, named) -> new LinkedHashMap<>(named);
    Function range = (given, _) -> range(given);
    return Map.of("raise_exception", raise, "strftime_now", now, "namespace", namespace, "dict", dict,
        "range", range);
  }

  private static List<@Nullable Object> range(List<@Nullable Object> given) {
    long from = given.size() > 1 && given.get(0) instanceof Long start ? start : 0;
    long to = given.get(given.size() > 1 ? 1 : 0) instanceof Long end ? end : 0;
    long step = given.size() > 2 && given.get(2) instanceof Long stride && stride != 0 ? stride : 1;
    List<@Nullable Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      if (numbers.size() == LONGEST_RANGE) {
        throw new TemplateException("the chat template counts further than " + LONGEST_RANGE);
      }
      numbers.add(i);
    }
    return numbers;
  }

  private String time(String format) {
    ZonedDateTime now = ZonedDateTime.now(clock);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      text.append(c == '%' && i + 1 < format.length() ? field(now, format.charAt(++i)) : String.valueOf(c));
    }
    return text.toString();
  }

  private static String field(ZonedDateTime now, char field) {
    String pattern = switch (field) {
      case 'd' -> "dd";
      case 'm' -> "MM";
      case 'b' -> "MMM";
      case 'B' -> "MMMM";
      case 'Y' -> "uuuu";
      case 'y' -> "uu";
      case 'H' -> "HH";
      case 'M' -> "mm";
      case 'S' -> "ss";
      case 'A' -> "EEEE";
      case 'a' -> "EEE";
      default -> throw new TemplateException("the chat template asks for the time as %" + field
          + ", which is not supported");
    };
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
