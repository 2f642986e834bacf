package dev.tollgate.inference.engine.cpu;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.tollgate.inference.engine.RequestRefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a schema's grammar that writes objects. Declared properties come in their order, each with or without
 * the comma before it: two rules per property, so a schema's grammar grows with its length only.
 */
final class JsonObjectRules {

  /** One step of the translation around this one: a schema, or a rule's body, becomes a rule's name. */
  interface Step<T> {
    String of(T input) throws RequestRefusedException;
  }

  private final Step<JsonElement> visit;
  private final Step<String> rule;

  JsonObjectRules(Step<JsonElement> visit, Step<String> rule) {
    this.visit = visit;
    this.rule = rule;
  }

  String translate(JsonObject schema) throws RequestRefusedException {
    JsonElement rest = schema.get("additionalProperties");
    boolean closed = rest instanceof JsonPrimitive flag && flag.isBoolean() && !flag.getAsBoolean();
    if (!schema.has("properties")) {
      if (!required(schema).isEmpty()) {
        throw RequestRefusedException.invalid("json_schema: required names a property that properties lacks");
      }
      return free(rest, closed);
    }
    if (!(schema.get("properties") instanceof JsonObject properties)) {
      throw RequestRefusedException.invalid("json_schema: properties must be an object");
    }
    Set<String> required = required(schema);
    if (!properties.keySet().containsAll(required)) {
      throw RequestRefusedException.invalid("json_schema: required names a property that properties lacks");
    }
    return rule.of("\"{\" ws " + members(properties, required) + " ws \"}\"");
  }

  private String free(JsonElement rest, boolean closed) throws RequestRefusedException {
    if (closed) {
      return rule.of("\"{\" ws \"}\"");
    }
    if (rest instanceof JsonObject) {
      String member = rule.of("string \":\" ws " + visit.of(rest));
      return rule.of("\"{\" ws (" + member + " (\",\" ws " + member + ")*)? ws \"}\"");
    }
    return "object";
  }

  private String members(JsonObject properties, Set<String> required) throws RequestRefusedException {
    List<Map.Entry<String, JsonElement>> entries = new ArrayList<>(properties.entrySet());
    String first = "\"\"";
    String later = "\"\"";
    for (int i = entries.size() - 1; i >= 0; i--) {
      String name = entries.get(i).getKey();
      String quoted = GbnfText
          .quote(new Gson().newBuilder().disableHtmlEscaping().create().toJson(name) + ":");
      String member = rule.of(quoted + " ws " + visit.of(entries.get(i).getValue()));
      boolean optional = !required.contains(name);
      String thisFirst = rule.of(member + " " + later + (optional ? " | " + first : ""));
      later = rule.of("\",\" ws " + member + " " + later + (optional ? " | " + later : ""));
      first = thisFirst;
    }
    return first;
  }

  private static Set<String> required(JsonObject schema) throws RequestRefusedException {
    Set<String> names = new HashSet<>();
    if (schema.has("required")) {
      if (!(schema.get("required") instanceof JsonArray list)) {
        throw RequestRefusedException.invalid("json_schema: required must be an array");
      }
      for (JsonElement name : list) {
        names.add(JsonSchemaGrammar.text(name, "required"));
      }
    }
    return names;
  }
}
