package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of Python's texts, lists and maps that templates use. */
final class Methods {

  private Methods() {}

  static @Nullable Function of(Object owner, String name) {
    return switch (owner) {
      case String text -> ofText(text, name);
      case Map<?, ?> map -> ofMap(map, name);
      case List<?> list -> ofList(list, name);
      default -> null;
    };
  }

  private static @Nullable Function ofText(String text, String name) {
    return switch (name) {
      case "strip" -> (given, _) -> strip(text, given, true, true);
      case "lstrip" -> (given, _) -> strip(text, given, true, false);
      case "rstrip" -> (given, _) -> strip(text, given, false, true);
      case "startswith" -> (given, _) -> any(given, text::startsWith);
      case "endswith" -> (given, _) -> any(given, text::endsWith);
      case "upper" -> (_, _) -> text.toUpperCase(Locale.ROOT);
      case "lower" -> (_, _) -> text.toLowerCase(Locale.ROOT);
      case "title" -> (_, _) -> title(text);
      case "capitalize" -> (_, _) -> capitalized(text);
      case "replace" -> (given, _) -> replace(text, given);
      case "split" -> (given, _) -> split(text, given, false);
      case "rsplit" -> (given, _) -> split(text, given, true);
      case "splitlines" -> (_, _) -> new ArrayList<Object>(text.lines().toList());
      case "find" -> (given, _) -> (long) text.indexOf(textAt(given, 0));
      case "count" -> (given, _) -> count(text, textAt(given, 0));
      case "join" -> (given, _) -> Filters.join(Filters.items(given.getFirst()), text);
      case "isdigit" -> (_, _) -> !text.isEmpty() && text.chars().allMatch(Character::isDigit);
      case "isspace" -> (_, _) -> !text.isEmpty() && text.isBlank();
      default -> null;
    };
  }

  private static @Nullable Function ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> (_, _) -> {
        List<Object> pairs = new ArrayList<>();
        map.forEach((key, value) -> pairs.add(pair(key, value)));
        return pairs;
      };
      case "keys" -> (_, _) -> new ArrayList<Object>(map.keySet());
      case "values" -> (_, _) -> new ArrayList<Object>(map.values());
      case "get" -> (given, _) -> map.containsKey(given.getFirst()) ? map.get(given.getFirst())
          : given.size() > 1 ? given.get(1) : null;
      default -> null;
    };
  }

  static List<@Nullable Object> pair(@Nullable Object first, @Nullable Object second) {
    List<@Nullable Object> pair = new ArrayList<>();
    pair.add(first);
    pair.add(second);
    return pair;
  }

  private static @Nullable Function ofList(List<?> list, String name) {
    return switch (name) {
      case "index" -> (given, _) -> (long) list.indexOf(given.getFirst());
      case "count" -> (given, _) -> list.stream().filter(each -> Values.same(each, given.getFirst())).count();
      case "append" -> (given, _) -> {
        @SuppressWarnings("unchecked")
        List<@Nullable Object> open = (List<@Nullable Object>) list;
        open.add(given.getFirst());
        return null;
      };
      default -> null;
    };
  }

  private static String textAt(List<@Nullable Object> given, int index) {
    if (index < given.size() && given.get(index) instanceof String text) {
      return text;
    }
    throw new TemplateException("the chat template calls a text's method without the text it needs");
  }

  private static boolean any(List<@Nullable Object> given, java.util.function.Predicate<String> test) {
    if (!given.isEmpty() && given.getFirst() instanceof List<?> several) {
      return several.stream().anyMatch(each -> test.test(Values.text(each)));
    }
    return test.test(textAt(given, 0));
  }

  static String strip(String text, List<@Nullable Object> given, boolean left, boolean right) {
    boolean chosen = !given.isEmpty() && given.getFirst() instanceof String;
    String characters = chosen ? textAt(given, 0) : "";
    int from = 0;
    int to = text.length();
    while (left && from < to && strips(text.charAt(from), chosen, characters)) {
      from++;
    }
    while (right && to > from && strips(text.charAt(to - 1), chosen, characters)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean strips(char c, boolean chosen, String characters) {
    return chosen ? characters.indexOf(c) >= 0 : Character.isWhitespace(c) || c == '\u00a0' || c == '\u0085';
  }

  private static String replace(String text, List<@Nullable Object> given) {
    String from = textAt(given, 0);
    String to = textAt(given, 1);
    if (!(given.size() > 2 && given.get(2) instanceof Long most)) {
      return text.replace(from, to);
    }
    String rest = text;
    StringBuilder replaced = new StringBuilder();
    for (long i = 0; i < most && rest.contains(from); i++) {
      int at = rest.indexOf(from);
      replaced.append(rest, 0, at).append(to);
      rest = rest.substring(at + from.length());
    }
    return replaced.append(rest).toString();
  }

  private static List<@Nullable Object> split(String text, List<@Nullable Object> given, boolean fromRight) {
    long most = given.size() > 1 && given.get(1) instanceof Long limit ? limit : -1;
    if (given.isEmpty() || given.getFirst() == null) {
      return text.isBlank() ? new ArrayList<>() : new ArrayList<>(List.of(text.strip().split("\\s+")));
    }
    String separator = textAt(given, 0);
    if (separator.isEmpty()) {
      throw new TemplateException("the chat template splits by an empty text");
    }
    List<@Nullable Object> parts = new ArrayList<>();
    String rest = text;
    for (long i = 0; i != most && rest.contains(separator); i++) {
      int at = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (fromRight) {
        parts.addFirst(rest.substring(at + separator.length()));
        rest = rest.substring(0, at);
      } else {
        parts.add(rest.substring(0, at));
        rest = rest.substring(at + separator.length());
      }
    }
    if (fromRight) {
      parts.addFirst(rest);
    } else {
      parts.add(rest);
    }
    return parts;
  }

  private static long count(String text, String part) {
    return part.isEmpty() ? text.length() + 1L
        : (text.length() - text.replace(part, "").length()) / part.length();
  }

  static String capitalized(String text) {
    return text.isEmpty() ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      title.append(inside ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inside = Character.isLetter(c);
    }
    return title.toString();
  }
}
