package dev.tollgate.inference.engine.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What values mean in conditions, comparisons, sums and as text: as in Python. */
final class Values {

  private Values() {}

  static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Undefined _ -> false;
      case Boolean flag -> flag;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case Collection<?> items -> !items.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /** How a value prints. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Undefined _ -> "";
      case Boolean flag -> flag ? "True" : "False";
      case Double number -> real(number);
      case String text -> text;
      case List<?> items ->
        items.stream().map(Values::representation).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map -> map.entrySet().stream()
          .map(entry -> representation(entry.getKey()) + ": " + representation(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }

  private static String representation(@Nullable Object value) {
    if (value instanceof String text) {
      char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
      String escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t",
          "\\t");
      return quote + (quote == '\'' ? escaped.replace("'", "\\'") : escaped) + quote;
    }
    return text(value);
  }

  /** The shortest digits that mean this number, with an exponent only for very large and very small ones. */
  static String real(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    BigDecimal digits = new BigDecimal(Double.toString(number));
    int exponent = digits.signum() == 0 ? 0 : digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.stripTrailingZeros().toPlainString();
      return (number == 0 && 1 / number < 0 ? "-0" : plain) + (plain.indexOf('.') < 0 ? ".0" : "");
    }
    String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return mantissa + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  static boolean compares(String operator, @Nullable Object left, @Nullable Object right) {
    return switch (operator) {
      case "==" -> same(left, right);
      case "!=" -> !same(left, right);
      case "<" -> order(left, right) < 0;
      case "<=" -> order(left, right) <= 0;
      case ">" -> order(left, right) > 0;
      default -> order(left, right) >= 0;
    };
  }

  static boolean same(@Nullable Object left, @Nullable Object right) {
    Object first = left instanceof Boolean flag ? Long.valueOf(flag ? 1 : 0) : left;
    Object second = right instanceof Boolean flag ? Long.valueOf(flag ? 1 : 0) : right;
    if (first instanceof Number a && second instanceof Number b) {
      return decimal(a).compareTo(decimal(b)) == 0;
    }
    return Objects.equals(first, second);
  }

  static int order(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return decimal(a).compareTo(decimal(b));
    }
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    throw new TemplateException("the chat template compares " + kind(left) + " with " + kind(right));
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof BigInteger large ? new BigDecimal(large) : new BigDecimal(number.toString());
  }

  static boolean contains(@Nullable Object owner, @Nullable Object item) {
    return switch (owner) {
      case String text -> item instanceof String part && text.contains(part);
      case Collection<?> items -> items.stream().anyMatch(each -> same(each, item));
      case Map<?, ?> map -> map.containsKey(item);
      case Namespace namespace -> namespace.values().containsKey(item);
      case Undefined _ -> false;
      case null, default ->
        throw new TemplateException("the chat template looks for something inside " + kind(owner));
    };
  }

  static Object calculates(String operator, @Nullable Object left, @Nullable Object right) {
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      List<@Nullable Object> both = new java.util.ArrayList<>(a);
      both.addAll(b);
      return both;
    }
    if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
      return text.repeat(Math.clamp(times, 0, 10_000));
    }
    if (left instanceof Long a && right instanceof Long b && !operator.equals("/")) {
      return whole(operator, a, b);
    }
    if (left instanceof Number a && right instanceof Number b) {
      return fraction(operator, a.doubleValue(), b.doubleValue());
    }
    throw new TemplateException(
        "the chat template joins " + kind(left) + " and " + kind(right) + " by " + operator);
  }

  private static Object whole(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "//" -> Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        default -> BigInteger.valueOf(a).pow(Math.toIntExact(b)).longValueExact();
      };
    } catch (ArithmeticException e) {
      throw new TemplateException("the chat template cannot calculate " + a + " " + operator + " " + b);
    }
  }

  private static Object fraction(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      default -> Math.pow(a, b);
    };
  }

  static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined _ -> "something undefined";
      case String _ -> "a text";
      case Number _ -> "a number";
      case Boolean _ -> "a flag";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a map";
      default -> "something else";
    };
  }
}
