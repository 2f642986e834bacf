package dev.tollgate.inference.engine.cpu;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tollgate.inference.engine.RequestRefusedException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Translates a JSON schema (draft 2020-12) into a GBNF grammar of values that match it. Where a schema leaves freedom
 * the grammar may take it away (declared properties come in their order, undeclared ones not at all), but whatever it
 * lets through matches. Keywords that it cannot keep are refused by name.
 */
final class JsonSchemaGrammar {

  private static final int MOST_CHARACTERS = 64 * 1024;
  private static final int MOST_RULES = 2000;
  private static final int DEEPEST = 48;
  private static final int LONGEST_REPETITION = 1000;

  /** Keywords that say nothing about which values match. */
  private static final Set<String> ANNOTATIONS = Set.of("$schema", "$id", "$comment", "title", "description",
      "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "$defs", "definitions");
  private static final Map<String, Set<String>> KEYWORDS = Map.of("object",
      Set.of("properties", "required", "additionalProperties"), "array",
      Set.of("items", "minItems", "maxItems"),
      "string", Set.of("minLength", "maxLength"), "number", Set.of(), "integer", Set.of(), "boolean",
      Set.of(), "null",
      Set.of());

  private final JsonObject root;
  private final StringBuilder rules = new StringBuilder();
  private final Map<String, String> references = new HashMap<>();
  private int ruleCount;
  private int depth;

  private JsonSchemaGrammar(JsonObject root) {
    this.root = root;
  }

  /**
   * @throws RequestRefusedException if it is no schema, is out of bounds, or uses a keyword that cannot be kept
   */
  static String translate(String schema) throws RequestRefusedException {
    JsonSchemaGrammar grammar = new JsonSchemaGrammar(parse(schema));
    String start = grammar.reference("#");
    return "root ::= " + start + "\n" + grammar.rules + JsonGrammar.RULES;
  }

  private static JsonObject parse(String schema) throws RequestRefusedException {
    if (schema.length() > MOST_CHARACTERS) {
      throw RequestRefusedException
          .invalid("json_schema may have " + MOST_CHARACTERS + " characters at most");
    }
    try {
      JsonReader reader = new JsonReader(new StringReader(schema));
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(2 * DEEPEST);
      JsonElement parsed = new Gson().getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw RequestRefusedException.invalid("json_schema is followed by other text");
      }
      if (parsed instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException | IOException e) {
      throw RequestRefusedException.invalid("json_schema is not valid JSON");
    }
    throw RequestRefusedException.invalid("json_schema must be a JSON object");
  }

  private String rule(String body) throws RequestRefusedException {
    if (++ruleCount > MOST_RULES) {
      throw RequestRefusedException
          .invalid("json_schema is too large: it needs more than " + MOST_RULES + " rules");
    }
    String name = "r" + ruleCount;
    rules.append(name).append(" ::= ").append(body).append('\n');
    return name;
  }

  private String visit(JsonElement schema) throws RequestRefusedException {
    if (schema instanceof JsonPrimitive flag && flag.isBoolean() && flag.getAsBoolean()) {
      return "value";
    }
    if (!(schema instanceof JsonObject object)) {
      throw RequestRefusedException.invalid("json_schema: a schema must be an object or true");
    }
    if (++depth > DEEPEST) {
      throw RequestRefusedException.invalid("json_schema is nested more than " + DEEPEST + " deep");
    }
    String base = translate(object);
    depth--;
    return object.has("nullable") && isTrue(object.get("nullable")) ? rule(base + " | null") : base;
  }

  private String translate(JsonObject schema) throws RequestRefusedException {
    if (schema.has("$ref")) {
      only(schema, "$ref", Set.of());
      return reference(text(schema.get("$ref"), "$ref"));
    }
    if (schema.has("const")) {
      only(schema, "const", Set.of("type"));
      return literal(schema.get("const"));
    }
    if (schema.has("enum")) {
      only(schema, "enum", Set.of("type"));
      return alternatives(array(schema, "enum"), this::literal, "enum");
    }
    for (String keyword : List.of("anyOf", "oneOf")) {
      if (schema.has(keyword)) {
        only(schema, keyword, Set.of());
        return alternatives(array(schema, keyword), this::visit, keyword);
      }
    }
    if (schema.has("allOf") && array(schema, "allOf").size() == 1) {
      only(schema, "allOf", Set.of());
      return visit(array(schema, "allOf").get(0));
    }
    return typed(schema);
  }

  private interface Translation {
    String of(JsonElement element) throws RequestRefusedException;
  }

  private String alternatives(JsonArray options, Translation translation, String keyword)
      throws RequestRefusedException {
    List<String> bodies = new ArrayList<>();
    for (JsonElement option : options) {
      bodies.add(translation.of(option));
    }
    if (bodies.isEmpty()) {
      throw RequestRefusedException.invalid("json_schema: " + keyword + " must not be empty");
    }
    return rule(String.join(" | ", bodies));
  }

  private String typed(JsonObject schema) throws RequestRefusedException {
    JsonElement type = schema.get("type");
    if (type instanceof JsonArray several) {
      return alternatives(several, one -> typed(schema, text(one, "type"), several.size() > 1), "type");
    }
    if (type != null) {
      return typed(schema, text(type, "type"), false);
    }
    if (schema.has("properties")) {
      return typed(schema, "object", false);
    }
    if (schema.has("items")) {
      return typed(schema, "array", false);
    }
    only(schema, "a schema without type", Set.of());
    return "value";
  }

  private String typed(JsonObject schema, String type, boolean amongOthers) throws RequestRefusedException {
    Set<String> keywords = KEYWORDS.get(type);
    if (keywords == null) {
      throw RequestRefusedException.invalid("json_schema: unknown type " + type);
    }
    if (!amongOthers) {
      only(schema, "type", keywords);
    } else {
      only(schema, "type",
          Set.of("properties", "required", "additionalProperties", "items", "minItems", "maxItems",
              "minLength",
              "maxLength"));
    }
    return switch (type) {
      case "object" -> new JsonObjectRules(this::visit, this::rule).translate(schema);
      case "array" -> arrayRule(schema);
      case "string" -> stringRule(schema);
      default -> type;
    };
  }

  private String arrayRule(JsonObject schema) throws RequestRefusedException {
    int least = count(schema, "minItems", 0);
    int most = count(schema, "maxItems", -1);
    String item = schema.has("items") ? visit(schema.get("items")) : "value";
    if (most == 0) {
      return rule("\"[\" ws \"]\"");
    }
    String more = "(\",\" ws " + item + ")" + repetition(Math.max(0, least - 1), most < 0 ? -1 : most - 1);
    String filled = item + " " + more;
    return rule("\"[\" ws " + (least == 0 ? "(" + filled + ")?" : filled) + " ws \"]\"");
  }

  private String stringRule(JsonObject schema) throws RequestRefusedException {
    if (!schema.has("minLength") && !schema.has("maxLength")) {
      return "string";
    }
    return rule("\"\\\"\" char" + repetition(count(schema, "minLength", 0), count(schema, "maxLength", -1))
        + " \"\\\"\"");
  }

  private static String repetition(int least, int most) throws RequestRefusedException {
    if (most >= 0 && most < least) {
      throw RequestRefusedException.invalid("json_schema: a maximum is below its minimum");
    }
    return "{" + least + "," + (most < 0 ? "" : String.valueOf(most)) + "}";
  }

  private static int count(JsonObject schema, String keyword, int fallback) throws RequestRefusedException {
    JsonElement value = schema.get(keyword);
    if (value == null) {
      return fallback;
    }
    if (value instanceof JsonPrimitive number && number.isNumber() && number.getAsDouble() >= 0
        && number.getAsDouble() <= LONGEST_REPETITION
        && number.getAsDouble() == Math.rint(number.getAsDouble())) {
      return number.getAsInt();
    }
    throw RequestRefusedException
        .invalid("json_schema: " + keyword + " must be a whole number from 0 to " + LONGEST_REPETITION);
  }

  private String reference(String target) throws RequestRefusedException {
    String known = references.get(target);
    if (known != null) {
      return known;
    }
    // Named before it is translated, so that it may refer to itself.
    String name = "ref" + (references.size() + 1);
    references.put(target, name);
    rules.append(name).append(" ::= ");
    int bodyAt = rules.length();
    String body = visit(find(target));
    rules.insert(bodyAt, body + "\n");
    return name;
  }

  private JsonElement find(String target) throws RequestRefusedException {
    JsonElement found = root;
    String path = target.startsWith("#") ? target.substring(1) : "/?";
    for (String step : path.isEmpty() ? new String[0] : path.substring(1).split("/", -1)) {
      String key = step.replace("~1", "/").replace("~0", "~");
      found = found instanceof JsonObject object ? object.get(key) : null;
    }
    if (found == null) {
      throw RequestRefusedException
          .invalid("json_schema: $ref " + target + " points at nothing in this schema");
    }
    return found;
  }

  private String literal(JsonElement value) {
    return GbnfText
        .quote(new Gson().newBuilder().disableHtmlEscaping().serializeNulls().create().toJson(value));
  }

  private static void only(JsonObject schema, String beside, Set<String> allowed)
      throws RequestRefusedException {
    for (String keyword : schema.keySet()) {
      if (!allowed.contains(keyword) && !keyword.equals(beside) && !ANNOTATIONS.contains(keyword)
          && !keyword.equals("nullable")) {
        throw RequestRefusedException.invalid("json_schema: keyword " + keyword + " is not supported"
            + (schema.has(beside) ? " together with " + beside : " here"));
      }
    }
  }

  private static JsonArray array(JsonObject schema, String keyword) throws RequestRefusedException {
    if (schema.get(keyword) instanceof JsonArray array) {
      return array;
    }
    throw RequestRefusedException.invalid("json_schema: " + keyword + " must be an array");
  }

  static String text(@Nullable JsonElement value, String what) throws RequestRefusedException {
    if (value instanceof JsonPrimitive text && text.isString()) {
      return text.getAsString();
    }
    throw RequestRefusedException.invalid("json_schema: " + what + " must be a string");
  }

  private static boolean isTrue(JsonElement value) {
    return value instanceof JsonPrimitive flag && flag.isBoolean() && flag.getAsBoolean();
  }
}
