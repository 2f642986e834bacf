package dev.tollgate.inference.engine.jinja;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may stand after {@code is}. */
final class Tests {

  private static final Set<String> KNOWN = Set.of("defined", "undefined", "none", "string", "number",
      "integer",
      "float", "boolean", "mapping", "sequence", "iterable", "true", "false", "callable", "odd", "even",
      "divisibleby", "in", "equalto", "eq", "ne", "gt", "lt", "ge", "le", "sameas", "upper", "lower");

  private static final Set<String> AFTER_A_TEST = Set.of("and", "or", "else", "is", "if", "in", "not");

  private Tests() {}

  /** Whether a word right after a test is what it tests against. */
  static boolean takesOperand(String word) {
    return !AFTER_A_TEST.contains(word);
  }

  static void check(String name) {
    if (!KNOWN.contains(name)) {
      throw new TemplateException("the chat template uses the test " + name + ", which is not supported");
    }
  }

  static boolean holds(String name, @Nullable Object value, @Nullable Object operand) {
    return switch (name) {
      case "defined" -> value != Undefined.UNDEFINED;
      case "undefined" -> value == Undefined.UNDEFINED;
      case "none" -> value == null;
      case "string" -> value instanceof String;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Number && !(value instanceof Double);
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "mapping" -> value instanceof Map;
      case "sequence", "iterable" ->
        value instanceof Collection || value instanceof Map || value instanceof String;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "callable" -> value instanceof Function;
      case "odd" -> value instanceof Long number && number % 2 != 0;
      case "even" -> value instanceof Long number && number % 2 == 0;
      case "divisibleby" ->
        value instanceof Long number && operand instanceof Long by && by != 0 && number % by == 0;
      case "in" -> Values.contains(operand, value);
      case "upper" -> value instanceof String text && text.equals(text.toUpperCase(java.util.Locale.ROOT));
      case "lower" -> value instanceof String text && text.equals(text.toLowerCase(java.util.Locale.ROOT));
      case "equalto", "eq", "sameas" -> Values.same(value, operand);
      case "ne" -> !Values.same(value, operand);
      case "gt" -> Values.order(value, operand) > 0;
      case "lt" -> Values.order(value, operand) < 0;
      case "ge" -> Values.order(value, operand) >= 0;
      case "le" -> Values.order(value, operand) <= 0;
      default ->
        throw new TemplateException("the chat template uses the test " + name + ", which is not supported");
    };
  }
}
