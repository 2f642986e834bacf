package dev.tollgate.gateway.api;

import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a JSON object one by one, each with its type and bounds. A field that is absent or JSON null reads
 * as null; one that is wrong is refused with its path. Nothing is converted silently: {@code "1"} is no number.
 */
public final class JsonFields {

  private final ObjectNode object;
  private final String path;

  public JsonFields(ObjectNode object) {
    this(object, "");
  }

  private JsonFields(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
  }

  public String path(String field) {
    return path + field;
  }

  /** The names of all fields. */
  public Collection<String> names() {
    return object.propertyNames();
  }

  /** The raw value, or null if absent or JSON null. */
  public @Nullable JsonNode node(String field) {
    JsonNode node = object.get(field);
    return node == null || node.isNull() ? null : node;
  }

  public @Nullable String text(String field) {
    JsonNode node = node(field);
    return node == null ? null : text(node, path(field));
  }

  public String requiredText(String field) {
    String text = text(field);
    if (text == null || text.isEmpty()) {
      throw wrong(path(field), "you must provide a non-empty string");
    }
    return text;
  }

  public boolean flag(String field) {
    JsonNode node = node(field);
    if (node != null && !node.isBoolean()) {
      throw type(path(field), "a boolean", node);
    }
    return node != null && node.booleanValue();
  }

  public @Nullable Long integer(String field, long min, long max) {
    JsonNode node = node(field);
    return node == null ? null : integer(node, path(field), min, max);
  }

  public @Nullable Float number(String field, double min, double max) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    if (!node.isNumber()) {
      throw type(path(field), "a number", node);
    }
    double value = node.doubleValue();
    if (!(value >= min && value <= max)) {
      throw wrong(path(field), "must be between " + plain(min) + " and " + plain(max) + ", but is " + node);
    }
    return (float) value;
  }

  public @Nullable JsonFields child(String field) {
    JsonNode node = node(field);
    return node == null ? null : object(node, path(field));
  }

  /** The elements of an array, each read by {@code reader} from the value and its path; empty if absent. */
  public <T> List<T> list(String field, int max, BiFunction<JsonNode, String, T> reader) {
    JsonNode node = node(field);
    return node == null ? List.of() : list(node, path(field), max, reader);
  }

  /** Reads an array that is already at hand. */
  public static <T> List<T> list(JsonNode node, String path, int max,
      BiFunction<JsonNode, String, T> reader) {
    if (!node.isArray()) {
      throw type(path, "an array", node);
    }
    if (node.size() > max) {
      throw wrong(path, "has " + node.size() + " elements; at most " + max + " are possible");
    }
    List<T> elements = new ArrayList<>(node.size());
    for (int index = 0; index < node.size(); index++) {
      elements.add(reader.apply(node.get(index), path + "[" + index + "]"));
    }
    return elements;
  }

  public static JsonFields object(JsonNode node, String path) {
    if (!(node instanceof ObjectNode object)) {
      throw type(path, "an object", node);
    }
    return new JsonFields(object, path + ".");
  }

  /** A string of whole Unicode characters. */
  public static String text(JsonNode node, String path) {
    if (!node.isString()) {
      throw type(path, "a string", node);
    }
    String text = node.stringValue();
    if (hasLoneSurrogate(text)) {
      throw wrong(path, "holds half of a surrogate pair, which is no Unicode character");
    }
    return text;
  }

  public static long integer(JsonNode node, String path, long min, long max) {
    if (!node.isIntegralNumber()) {
      throw type(path, "an integer", node);
    }
    if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
      throw wrong(path, "must be between " + min + " and " + max + ", but is " + shorten(node.toString()));
    }
    return node.longValue();
  }

  /** Refuses fields that would change the answer but that nobody here acts on. */
  public void refuse(Set<String> fields, String why) {
    for (String field : fields) {
      JsonNode node = node(field);
      boolean harmless = node == null || (node.isBoolean() && !node.booleanValue())
          || (node.isArray() && node.isEmpty());
      if (!harmless) {
        throw wrong(path(field), why);
      }
    }
  }

  public static RefusedException wrong(String path, String what) {
    return new RefusedException(
        new Refusal.InvalidRequest("Invalid value for '" + path + "': " + what + ".", path));
  }

  private static RefusedException type(String path, String expected, JsonNode found) {
    return new RefusedException(
        new Refusal.InvalidRequest("Invalid type for '" + path + "': expected " + expected
            + ", but got " + kind(found) + ".", path));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> node.isIntegralNumber() ? "an integer" : "a decimal number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> "something else";
    };
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      if (Character.isHighSurrogate(unit) && index + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(index + 1))) {
        index++;
      } else if (Character.isSurrogate(unit)) {
        return true;
      }
    }
    return false;
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }

  private static String shorten(String text) {
    return text.length() <= 30 ? text : text.substring(0, 30) + "…";
  }
}
