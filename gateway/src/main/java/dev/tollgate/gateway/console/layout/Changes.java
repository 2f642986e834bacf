package dev.tollgate.gateway.console.layout;

import dev.tollgate.billing.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import tools.jackson.databind.JsonNode;

/**
 * A change of the audit log, field by field, as people read it: money, times, numbers and codes where the field is known. What
 * is not known stands as it was recorded.
 */
final class Changes {

  private static final int PICO_DIGITS = 12;
  /** Fields whose values are codes that options name. */
  private static final Set<String> CODES = Set.of("role", "scopes", "tokenClass", "payment", "size", "plan",
      "taxKind");
  private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d\\d");
  private static final Pattern PLACE = Pattern.compile("\\d+");
  private static final String BETWEEN = " · ";

  private final MessageSource messages;
  private final Formats formats;
  private final Locale locale;

  Changes(MessageSource messages, Formats formats, Locale locale) {
    this.messages = messages;
    this.formats = formats;
    this.locale = locale;
  }

  /** A field; empty where it had no value before, or has none after. */
  record Change(String name, String before, String after) {}

  /** What differs, in the order in which it was recorded; everything, where nothing does. */
  List<Change> between(@Nullable JsonNode before, @Nullable JsonNode after) {
    Map<String, String> was = told(before);
    Map<String, String> is = told(after);
    var fields = new ArrayList<>(was.keySet());
    is.keySet().stream().filter(field -> !was.containsKey(field)).forEach(fields::add);
    List<Change> all = fields.stream().map(
        field -> new Change(field, was.getOrDefault(field, ""), is.getOrDefault(field, ""))).toList();
    List<Change> different = all.stream().filter(change -> !change.before().equals(change.after())).toList();
    return different.isEmpty() ? all : different;
  }

  private Map<String, String> told(@Nullable JsonNode card) {
    var into = new LinkedHashMap<String, String>();
    if (card != null) {
      tell(into, List.of(), card, null);
    }
    return into;
  }

  private void tell(Map<String, String> into, List<String> path, JsonNode node, @Nullable String currency) {
    if (node.isObject() && !isAmount(node)) {
      String own = node.path("currency").isString() ? node.path("currency").stringValue() : currency;
      node.properties().forEach(entry -> tell(into, with(path, entry.getKey()), entry.getValue(), own));
    } else if (node.isArray() && node.valueStream().anyMatch(JsonNode::isObject)) {
      for (int i = 0; i < node.size(); i++) {
        tell(into, with(path, Integer.toString(i + 1)), node.get(i), currency);
      }
    } else if (!node.isNull()) {
      into.put(path.stream().map(this::name).collect(Collectors.joining(BETWEEN)),
          value(path.isEmpty() ? "" : path.getLast(), node, currency));
    }
  }

  private static List<String> with(List<String> path, String field) {
    var longer = new ArrayList<>(path);
    longer.add(field);
    return longer;
  }

  private static boolean isAmount(JsonNode node) {
    return node.size() == 2 && node.path("amount").isString() && node.path("currency").isString();
  }

  private String name(String field) {
    return PLACE.matcher(field).matches() ? field : named("changed." + field, field);
  }

  private String value(String field, JsonNode node, @Nullable String currency) {
    if (node.isArray()) {
      return node.valueStream().map(each -> value(field, each, currency)).collect(Collectors.joining(", "));
    }
    if (node.isObject()) {
      return formats.money(new Money(node.path("currency").stringValue(),
          new BigDecimal(node.path("amount").stringValue()).movePointRight(PICO_DIGITS)
              .toBigIntegerExact()));
    }
    if (node.isBoolean()) {
      return named("changed-to." + node.booleanValue(), node.asString());
    }
    if (node.isIntegralNumber()) {
      return number(field, node.bigIntegerValue(), currency);
    }
    return node.isString() ? text(field, node.stringValue()) : node.asString();
  }

  private String number(String field, BigInteger value, @Nullable String currency) {
    if (field.endsWith("BasisPoints")) {
      return formats.basisPoints(value.intValueExact());
    }
    if (field.equals("picoPerToken") && currency != null) {
      return formats.perMillion(currency, value.longValueExact());
    }
    if (field.equals("pico") || field.endsWith("Pico")) {
      return currency == null ? formats.units(value) : formats.pico(currency, value);
    }
    return formats.number(value.longValueExact());
  }

  private String text(String field, String text) {
    if (CODES.contains(field)) {
      return named("option." + text, text);
    }
    if (INSTANT.matcher(text).matches()) {
      return read(text, at -> formats.moment(Instant.parse(at)));
    }
    if (DAY.matcher(text).matches()) {
      return read(text, on -> formats.day(LocalDate.parse(on)));
    }
    return MONTH.matcher(text).matches() ? read(text, in -> formats.month(YearMonth.parse(in))) : text;
  }

  /** What only looks like a time stands as it is. */
  private static String read(String text, Function<String, String> told) {
    try {
      return told.apply(text);
    } catch (DateTimeException e) {
      return text;
    }
  }

  private String named(String code, String otherwise) {
    return Objects.requireNonNull(messages.getMessage(code, null, otherwise, locale));
  }
}
