package dev.tollgate.gateway.management.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binds a JSON object to a record. Nothing is converted silently: a field that the record does not have, one of another
 * type and a required one that is missing are each found, with its JSON Pointer. A component that is not
 * {@code @Nullable} is required; JSON null reads as absent.
 */
final class RecordBinder {

  private RecordBinder() {}

  /** The record, or a rejection that names everything that was found. */
  static <R extends Record> R bind(ObjectNode object, Class<R> type) {
    var findings = new Findings();
    R bound = bind(object, type, "", findings);
    findings.throwIfAny();
    if (bound == null) {
      throw new IllegalStateException("Nothing was bound and nothing was found");
    }
    return bound;
  }

  /** Null if anything is wrong, which is among the findings then. */
  static <R extends Record> @Nullable R bind(ObjectNode object, Class<R> type, String path,
      Findings findings) {
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known = Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
    object.propertyNames().stream().filter(name -> !known.contains(name))
        .forEach(
            name -> findings.add(path + "/" + escaped(name), "must not be there: no such field is known"));
    var values = new @Nullable Object[components.length];
    boolean whole = true;
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      values[i] = value(object.get(component.getName()), component, path + "/" + component.getName(),
          findings);
      whole &= values[i] != null || isOptional(component);
    }
    return whole ? create(type, components, values) : null;
  }

  private static @Nullable Object value(@Nullable JsonNode node, RecordComponent component, String path,
      Findings findings) {
    if (node == null || node.isNull()) {
      if (!isOptional(component)) {
        findings.add(path, "must be given");
      }
      return null;
    }
    return FieldValues.read(node, component.getGenericType(), path, findings);
  }

  static boolean isOptional(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** As RFC 6901 has it. */
  private static String escaped(String name) {
    String shown = name.length() <= 100 ? name : name.substring(0, 100);
    return shown.replace("~", "~0").replace("/", "~1");
  }

  private static <R extends Record> R create(Class<R> type, RecordComponent[] components,
      @Nullable Object[] values) {
    try {
      Constructor<R> constructor = type
          .getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The record " + type + " cannot be made", e);
    }
  }
}
