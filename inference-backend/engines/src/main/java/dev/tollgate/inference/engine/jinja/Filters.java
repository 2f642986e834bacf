package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The filters that templates use; any other is refused when the template is read. */
final class Filters {

  private static final Set<String> KNOWN = Set.of("trim", "tojson", "length", "count", "upper", "lower",
      "title",
      "capitalize", "default", "d", "join", "list", "first", "last", "string", "int", "float", "abs", "round",
      "items", "dictsort", "replace", "reverse", "sort", "unique", "map", "select", "reject", "selectattr",
      "rejectattr", "indent", "safe", "max", "min", "sum");

  private Filters() {}

  static void check(String name) {
    if (!KNOWN.contains(name)) {
      throw new TemplateException("the chat template uses the filter " + name + ", which is not supported");
    }
  }

  static @Nullable Object apply(String name, @Nullable Object value, List<@Nullable Object> given,
      Map<String, @Nullable Object> named) {
    return switch (name) {
      case "trim" -> Methods.strip(Values.text(value), given, true, true);
      case "tojson" -> PythonJson.of(value, width("indent", given, named));
      case "length", "count" -> length(value);
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "title" -> Methods.title(Values.text(value));
      case "capitalize" -> Methods.capitalized(Values.text(value));
      case "string", "safe" -> Values.text(value);
      case "default", "d" -> fallback(value, given, named);
      case "replace" -> replace(value, given);
      case "indent" -> indented(Values.text(value), given, named);
      case "int", "float", "abs", "round" -> number(name, value);
      default -> ofItems(name, value, given, named);
    };
  }

  private static @Nullable Object ofItems(String name, @Nullable Object value, List<@Nullable Object> given,
      Map<String, @Nullable Object> named) {
    List<@Nullable Object> items = name.equals("items") || name.equals("dictsort") ? pairs(value)
        : items(value);
    return switch (name) {
      case "join" ->
        join(attribute(items, named.get("attribute")), given.isEmpty() ? "" : Values.text(given.getFirst()));
      case "first" -> items.isEmpty() ? Undefined.UNDEFINED : items.getFirst();
      case "last" -> items.isEmpty() ? Undefined.UNDEFINED : items.getLast();
      case "reverse" ->
        value instanceof String text ? new StringBuilder(text).reverse().toString() : items.reversed();
      case "sort" -> sorted(items, named);
      case "dictsort" ->
        items.stream().sorted(Comparator.comparing(pair -> Values.text(Attributes.item(pair, 0L))))
            .collect(Collectors.toCollection(ArrayList::new));
      case "unique" -> items.stream().distinct().collect(Collectors.toCollection(ArrayList::new));
      case "map" -> mapped(items, given, named);
      case "select", "reject" -> chosen(items, null, given, name.equals("select"));
      case "selectattr", "rejectattr" ->
        chosen(items, Values.text(given.getFirst()), given.subList(1, given.size()),
            name.equals("selectattr"));
      case "max" -> items.stream().max(Values::order).orElse(Undefined.UNDEFINED);
      case "min" -> items.stream().min(Values::order).orElse(Undefined.UNDEFINED);
      case "sum" -> items.stream().reduce(0L, (a, b) -> Values.calculates("+", a, b));
      default -> items;
    };
  }

  private static int width(String name, List<@Nullable Object> given, Map<String, @Nullable Object> named) {
    Object indent = named.getOrDefault(name, given.isEmpty() ? null : given.getFirst());
    return indent instanceof Long spaces ? Math.toIntExact(Math.clamp(spaces, 0, 64)) : -1;
  }

  private static long length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Collection<?> items -> items.size();
      case Map<?, ?> map -> map.size();
      case Undefined _ -> 0;
      case null, default ->
        throw new TemplateException("the chat template asks for the length of " + Values.kind(value));
    };
  }

  private static @Nullable Object fallback(@Nullable Object value, List<@Nullable Object> given,
      Map<String, @Nullable Object> named) {
    boolean alsoFalse = Values.isTrue(named.getOrDefault("boolean", given.size() > 1 ? given.get(1) : false));
    boolean missing = value == Undefined.UNDEFINED || (alsoFalse && !Values.isTrue(value));
    return missing ? (given.isEmpty() ? "" : given.getFirst()) : value;
  }

  private static String replace(@Nullable Object value, List<@Nullable Object> given) {
    return Values.text(value).replace(Values.text(given.get(0)), Values.text(given.get(1)));
  }

  private static String indented(String text, List<@Nullable Object> given,
      Map<String, @Nullable Object> named) {
    int width = width("width", given, named);
    String margin = " ".repeat(width < 0 ? 4 : width);
    boolean first = Values.isTrue(named.getOrDefault("first", given.size() > 1 ? given.get(1) : false));
    String[] lines = text.split("\n", -1);
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      result.append(i == 0 ? "" : "\n").append((i > 0 || first) && !lines[i].isEmpty() ? margin : "")
          .append(lines[i]);
    }
    return result.toString();
  }

  private static Object number(String name, @Nullable Object value) {
    double number;
    try {
      number = value instanceof Number given ? given.doubleValue() : Double.parseDouble(Values.text(value));
    } catch (NumberFormatException _) {
      number = 0;
    }
    return switch (name) {
      case "int" -> value instanceof Long whole ? whole : (Object) (long) number;
      case "float" -> number;
      case "abs" -> value instanceof Long whole ? (Object) Math.absExact(whole) : Math.abs(number);
      default -> Math.rint(number);
    };
  }

  static List<@Nullable Object> items(@Nullable Object value) {
    return switch (value) {
      case Collection<?> items -> new ArrayList<>(items);
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case String text -> text.codePoints().mapToObj(Character::toString)
          .collect(Collectors.toCollection(ArrayList::new));
      case Undefined _ -> new ArrayList<>();
      case null, default ->
        throw new TemplateException("the chat template goes through " + Values.kind(value));
    };
  }

  private static List<@Nullable Object> pairs(@Nullable Object value) {
    List<@Nullable Object> pairs = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> pairs.add(Methods.pair(key, each)));
    }
    return pairs;
  }

  static String join(List<@Nullable Object> items, String separator) {
    return items.stream().map(Values::text).collect(Collectors.joining(separator));
  }

  private static List<@Nullable Object> attribute(List<@Nullable Object> items, @Nullable Object name) {
    if (!(name instanceof String path)) {
      return items;
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (Object item : items) {
      Object value = item;
      for (String step : path.split("\\.", -1)) {
        value = Attributes.item(value, step);
      }
      values.add(value);
    }
    return values;
  }

  private static List<@Nullable Object> sorted(List<@Nullable Object> items,
      Map<String, @Nullable Object> named) {
    List<@Nullable Object> sorted = new ArrayList<>(items);
    sorted.sort((a, b) -> Values.order(attribute(Methods.pair(a, b), named.get("attribute")).get(0),
        attribute(Methods.pair(a, b), named.get("attribute")).get(1)));
    return Values.isTrue(named.get("reverse")) ? sorted.reversed() : sorted;
  }

  private static List<@Nullable Object> mapped(List<@Nullable Object> items, List<@Nullable Object> given,
      Map<String, @Nullable Object> named) {
    if (named.containsKey("attribute")) {
      return attribute(items, named.get("attribute"));
    }
    String filter = Values.text(given.getFirst());
    check(filter);
    List<@Nullable Object> values = new ArrayList<>();
    for (Object item : items) {
      values.add(apply(filter, item, given.subList(1, given.size()), named));
    }
    return values;
  }

  private static List<@Nullable Object> chosen(List<@Nullable Object> items, @Nullable String attribute,
      List<@Nullable Object> given, boolean wanted) {
    List<@Nullable Object> chosen = new ArrayList<>();
    for (Object item : items) {
      Object value = attribute == null ? item : attribute(Methods.pair(item, item), attribute).getFirst();
      boolean holds = given.isEmpty() ? Values.isTrue(value)
          : Tests.holds(Values.text(given.getFirst()), value, given.size() > 1 ? given.get(1) : null);
      if (holds == wanted) {
        chosen.add(item);
      }
    }
    return chosen;
  }
}
