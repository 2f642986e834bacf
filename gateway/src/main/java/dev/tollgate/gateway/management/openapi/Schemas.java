package dev.tollgate.gateway.management.openapi;

import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.LargeAmount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.TimeOfDay;
import dev.tollgate.gateway.management.wire.Wire;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schemas (2020-12, as OpenAPI 3.1 has them) of what travels, made from the records themselves. */
final class Schemas {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String REFERENCE = "#/components/schemas/";

  private final ObjectNode components = JSON.objectNode();
  private final Map<String, Type> names = new HashMap<>();

  /** All schemas that were asked for, by name. */
  ObjectNode components() {
    return components;
  }

  /** The schema of a type, or a reference to it. */
  ObjectNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[0];
      return generic.getRawType() == Page.class ? page(element) : array(generic, element);
    }
    if (type == LargeAmount.class) {
      return of(Amount.class);
    }
    var plain = (Class<?>) type;
    if (plain.isEnum()) {
      ObjectNode schema = text(null, null);
      var constants = schema.putArray("enum");
      for (Object constant : plain.getEnumConstants()) {
        constants.add(Wire.name((Enum<?>) constant));
      }
      return schema;
    }
    return plain.isRecord() && plain != TimeOfDay.class ? reference(plain) : simple(plain);
  }

  private static ObjectNode simple(Class<?> type) {
    if (type == String.class) {
      return text(null, null);
    }
    if (type == boolean.class || type == Boolean.class) {
      return JSON.objectNode().put("type", "boolean");
    }
    if (type == long.class || type == Long.class) {
      return JSON.objectNode().put("type", "integer").put("format", "int64");
    }
    if (type == int.class || type == Integer.class) {
      return JSON.objectNode().put("type", "integer").put("format", "int32");
    }
    if (type == Instant.class) {
      return text("date-time", "2026-12-01T00:00:00Z");
    }
    if (type == LocalDate.class) {
      return text("date", "2026-12-01");
    }
    if (type == YearMonth.class) {
      return text(null, "2026-11").put("pattern", "^[0-9]{4}-[0-9]{2}$");
    }
    if (type == UUID.class) {
      return text("uuid", "0198c0de-0000-7000-8000-00000000002a");
    }
    if (type == ZoneId.class) {
      return text(null, "Europe/Zurich").put("description", "A time zone of the IANA database, or UTC");
    }
    if (type == TimeOfDay.class) {
      return text(null, "22:30").put("pattern", "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$");
    }
    if (JsonNode.class.isAssignableFrom(type)) {
      return JSON.objectNode().put("description", "As it was shown then");
    }
    throw new IllegalStateException("No schema is known for " + type);
  }

  private ObjectNode page(Type element) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("data").put("type", "array").set("items", of(element));
    properties.set("next", optional(text(null, null).put("description",
        "Address of the next page; null on the last one")));
    schema.putArray("required").add("data").add("next");
    return schema;
  }

  private ObjectNode array(ParameterizedType type, Type element) {
    if (!Collection.class.isAssignableFrom((Class<?>) type.getRawType())) {
      throw new IllegalStateException("No schema is known for " + type);
    }
    ObjectNode schema = JSON.objectNode().put("type", "array");
    schema.set("items", of(element));
    return schema;
  }

  private ObjectNode reference(Class<?> type) {
    String name = type.getSimpleName();
    Type known = names.putIfAbsent(name, type);
    if (known == null) {
      // Its place is taken before it is described, in case it holds itself.
      components.putObject(name);
      components.set(name, type == Amount.class ? amount() : described(type));
    } else if (known != type) {
      throw new IllegalStateException("Two records are called " + name + ": " + known + " and " + type);
    }
    return JSON.objectNode().put("$ref", REFERENCE + name);
  }

  private ObjectNode described(Class<?> type) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    var required = schema.putArray("required");
    for (RecordComponent component : type.getRecordComponents()) {
      ObjectNode value = of(component.getGenericType());
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      properties.set(component.getName(), nullable ? optional(value) : value);
      if (!nullable) {
        required.add(component.getName());
      }
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode amount() {
    ObjectNode schema = JSON.objectNode().put("type", "object")
        .put("description", "Money, exactly: a decimal in a string, with at most 12 digits after the point");
    ObjectNode properties = schema.putObject("properties");
    properties.set("currency", text(null, "USD").put("description", "ISO 4217").put("pattern", "^[A-Z]{3}$"));
    properties.set("amount", text(null, "12.50").put("pattern", "^-?(0|[1-9][0-9]*)(\\.[0-9]{1,12})?$"));
    schema.putArray("required").add("currency").add("amount");
    schema.put("additionalProperties", false);
    schema.putArray("examples").addObject().put("currency", "USD").put("amount", "12.50");
    return schema;
  }

  private static ObjectNode optional(ObjectNode schema) {
    ObjectNode optional = JSON.objectNode();
    optional.putArray("anyOf").add(schema).addObject().put("type", "null");
    return optional;
  }

  private static ObjectNode text(@Nullable String format, @Nullable String example) {
    ObjectNode schema = JSON.objectNode().put("type", "string");
    if (format != null) {
      schema.put("format", format);
    }
    if (example != null) {
      schema.putArray("examples").add(example);
    }
    return schema;
  }
}
