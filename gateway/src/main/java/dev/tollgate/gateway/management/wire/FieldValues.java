package dev.tollgate.gateway.management.wire;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.gateway.api.Moments;
import dev.tollgate.tenants.PlainText;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads single values of a body, each type with its rules. Null where something was found. */
final class FieldValues {

  private static final int LONGEST_TEXT = 1_000;
  private static final int MOST_ELEMENTS = 100;
  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d|24:00");

  private FieldValues() {}

  static @Nullable Object read(JsonNode node, Type type, String path, Findings findings) {
    if (type == Amount.class) {
      return Amounts.read(node, path, findings);
    }
    if (type == LargeAmount.class) {
      return Amounts.readLarge(node, path, findings);
    }
    if (type == boolean.class || type == Boolean.class) {
      return node.isBoolean() ? node.booleanValue() : wrong(path, "must be true or false", findings);
    }
    if (type == long.class || type == Long.class) {
      return integer(node, path, Long.MIN_VALUE, Long.MAX_VALUE, findings);
    }
    if (type == int.class || type == Integer.class) {
      Long value = integer(node, path, Integer.MIN_VALUE, Integer.MAX_VALUE, findings);
      return value == null ? null : value.intValue();
    }
    if (type instanceof ParameterizedType set && set.getRawType() == Set.class) {
      return set(node, set.getActualTypeArguments()[0], path, findings);
    }
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return records(node, (Class<?>) list.getActualTypeArguments()[0], path, findings);
    }
    if (type instanceof Class<?> record && record.isRecord() && record != TimeOfDay.class) {
      return node instanceof ObjectNode object
          ? RecordBinder.bind(object, record.asSubclass(Record.class), path, findings)
          : wrong(path, "must be an object", findings);
    }
    String text = text(node, path, findings);
    return text == null ? null : parsed(text, (Class<?>) type, path, findings);
  }

  private static @Nullable Object parsed(String text, Class<?> type, String path, Findings findings) {
    if (type == String.class) {
      return text;
    }
    if (type.isEnum()) {
      return constant(text, type, path, findings);
    }
    if (type == Instant.class) {
      return instant(text, path, findings);
    }
    if (type == LocalDate.class) {
      return date(text, path, findings);
    }
    if (type == YearMonth.class) {
      return month(text, path, findings);
    }
    if (type == ZoneId.class) {
      return zone(text, path, findings);
    }
    if (type == TimeOfDay.class) {
      return TIME.matcher(text).matches() ? timeOfDay(text)
          : wrong(path, "must be a time of day such as 22:30, or 24:00", findings);
    }
    if (type == UUID.class) {
      UUID id = uuid(text);
      return id == null ? wrong(path, "must be an id as this API gives them", findings) : id;
    }
    throw new IllegalStateException("A body has no values of " + type);
  }

  private static @Nullable Long integer(JsonNode node, String path, long min, long max, Findings findings) {
    if (!node.isIntegralNumber()) {
      findings.add(path, "must be a whole number");
      return null;
    }
    if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
      findings.add(path, "must be between " + min + " and " + max);
      return null;
    }
    return node.longValue();
  }

  /** A string that the database and every document can hold. */
  static @Nullable String text(JsonNode node, String path, Findings findings) {
    if (!node.isString()) {
      findings.add(path, "must be a string");
      return null;
    }
    String text = node.stringValue();
    if (text.length() > LONGEST_TEXT) {
      findings.add(path, "must have " + LONGEST_TEXT + " characters at most");
      return null;
    }
    if (!PlainText.isPlain(text)) {
      findings.add(path, "must be of whole Unicode characters, without control characters such as U+0000");
      return null;
    }
    return text;
  }

  private static @Nullable Object set(JsonNode node, Type element, String path, Findings findings) {
    if (!node.isArray() || node.size() > MOST_ELEMENTS) {
      return wrong(path, "must be an array of at most " + MOST_ELEMENTS + " elements", findings);
    }
    var values = new LinkedHashSet<Object>();
    for (int i = 0; i < node.size(); i++) {
      Object value = read(node.get(i), element, path + "/" + i, findings);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return Set.copyOf(values);
  }

  private static @Nullable Object records(JsonNode node, Class<?> element, String path, Findings findings) {
    if (!node.isArray() || node.size() > MOST_ELEMENTS) {
      return wrong(path, "must be an array of at most " + MOST_ELEMENTS + " elements", findings);
    }
    var values = new ArrayList<Object>();
    boolean whole = true;
    for (int i = 0; i < node.size(); i++) {
      Object value = read(node.get(i), element, path + "/" + i, findings);
      if (value == null) {
        whole = false;
      } else {
        values.add(value);
      }
    }
    return whole ? List.copyOf(values) : null;
  }

  private static @Nullable Object constant(String text, Class<?> type, String path, Findings findings) {
    for (Object constant : type.getEnumConstants()) {
      if (wireName(constant).equals(text)) {
        return constant;
      }
    }
    return wrong(path, "must be one of " + Arrays.stream(type.getEnumConstants()).map(FieldValues::wireName)
        .collect(Collectors.joining(", ")), findings);
  }

  static String wireName(Object constant) {
    return Wire.name((Enum<?>) constant);
  }

  private static @Nullable Object instant(String text, String path, Findings findings) {
    try {
      Instant instant = Instant.parse(text);
      if (Moments.isWithinBounds(instant)) {
        return instant;
      }
      return wrong(path, "must lie between " + Moments.EARLIEST + " and " + Moments.LATEST, findings);
    } catch (DateTimeParseException e) {
      return wrong(path, "must be an instant such as 2026-12-01T00:00:00Z", findings);
    }
  }

  private static @Nullable Object date(String text, String path, Findings findings) {
    try {
      LocalDate date = LocalDate.parse(text);
      return date.getYear() >= 1970 && date.getYear() < 9999 ? date
          : wrong(path, "must lie between 1970-01-01 and 9998-12-31", findings);
    } catch (DateTimeParseException e) {
      return wrong(path, "must be a date such as 2026-12-01", findings);
    }
  }

  private static @Nullable Object month(String text, String path, Findings findings) {
    try {
      YearMonth month = YearMonth.parse(text);
      return BilledMonth.isOutside(month) ? wrong(path, BilledMonth.RULE, findings) : month;
    } catch (DateTimeParseException e) {
      return wrong(path, "must be a month such as 2026-11", findings);
    }
  }

  private static @Nullable Object zone(String text, String path, Findings findings) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      return wrong(path, "must be a time zone such as Europe/Zurich or UTC", findings);
    }
  }

  private static TimeOfDay timeOfDay(String text) {
    return text.equals("24:00") ? new TimeOfDay(1_440)
        : new TimeOfDay(LocalTime.parse(text).toSecondOfDay() / 60);
  }

  static @Nullable UUID uuid(String text) {
    try {
      UUID id = UUID.fromString(text);
      // The JDK also reads shorter forms, which nobody was given.
      return id.toString().equalsIgnoreCase(text) ? id : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Object wrong(String path, String rule, Findings findings) {
    findings.add(path, rule);
    return null;
  }
}
