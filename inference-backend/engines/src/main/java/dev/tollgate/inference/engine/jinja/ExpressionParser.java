package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Parses expressions by recursive descent, in Jinja's order of precedence. */
final class ExpressionParser extends TokenReader {

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%", "**");

  ExpressionParser(String source) {
    super(source);
  }

  /** The whole source as one expression; a comma makes a list. */
  static Expression parse(String source) {
    ExpressionParser parser = new ExpressionParser(source);
    Expression expression = parser.tuple();
    parser.end();
    return expression;
  }

  Expression tuple() {
    Expression first = expression();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (take(",") && peek().kind() != Token.Kind.END && !peek().is(")")) {
      all.add(expression());
    }
    return scope -> Arguments.values(all, scope);
  }

  Expression expression() {
    Expression value = or();
    while (take("if")) {
      Expression condition = or();
      Expression yes = value;
      Expression no = take("else") ? expression() : _ -> Undefined.UNDEFINED;
      value = scope -> Values.isTrue(condition.in(scope)) ? yes.in(scope) : no.in(scope);
    }
    return value;
  }

  /** An expression that is not itself a condition, as stands between {@code in} and a loop's {@code if}. */
  Expression or() {
    Expression left = and();
    while (take("or")) {
      Expression first = left;
      Expression second = and();
      left = scope -> {
        Object value = first.in(scope);
        return Values.isTrue(value) ? value : second.in(scope);
      };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (take("and")) {
      Expression first = left;
      Expression second = not();
      left = scope -> {
        Object value = first.in(scope);
        return Values.isTrue(value) ? second.in(scope) : value;
      };
    }
    return left;
  }

  private Expression not() {
    if (take("not")) {
      Expression denied = not();
      return scope -> !Values.isTrue(denied.in(scope));
    }
    return comparison();
  }

  private Expression comparison() {
    Expression left = sum();
    @Nullable
    Expression whole = null;
    while (true) {
      Expression first = left;
      Expression comparison;
      if (peek().kind() == Token.Kind.SYMBOL && COMPARISONS.contains(peek().text())) {
        String operator = next().text();
        Expression second = sum();
        comparison = scope -> Values.compares(operator, first.in(scope), second.in(scope));
        left = second;
      } else if (take("in")) {
        Expression second = sum();
        comparison = scope -> Values.contains(second.in(scope), first.in(scope));
        left = second;
      } else if (peek().named("not") && peekSecond().named("in")) {
        expect("not");
        expect("in");
        Expression second = sum();
        comparison = scope -> !Values.contains(second.in(scope), first.in(scope));
        left = second;
      } else {
        return whole == null ? left : whole;
      }
      Expression before = whole;
      whole = before == null ? comparison
          : scope -> Values.isTrue(before.in(scope)) && Values.isTrue(comparison.in(scope));
    }
  }

  private Expression sum() {
    return calculation(SUMS, this::concatenation);
  }

  private Expression calculation(Set<String> operators, Supplier<Expression> operand) {
    Expression left = operand.get();
    while (peek().kind() == Token.Kind.SYMBOL && operators.contains(peek().text())) {
      String operator = next().text();
      Expression first = left;
      Expression second = operand.get();
      left = scope -> Values.calculates(operator, first.in(scope), second.in(scope));
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (take("~")) {
      Expression first = left;
      Expression second = product();
      left = scope -> Values.text(first.in(scope)) + Values.text(second.in(scope));
    }
    return left;
  }

  private Expression product() {
    return calculation(PRODUCTS, () -> unary(true));
  }

  private Expression unary(boolean withFilters) {
    Expression value;
    if (take("-")) {
      Expression positive = unary(false);
      value = scope -> Values.calculates("-", 0L, positive.in(scope));
    } else {
      value = postfix(primary());
    }
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    Token token = next();
    return switch (token.kind()) {
      case INTEGER -> constant(Long.valueOf(token.text()));
      case REAL -> constant(Double.valueOf(token.text()));
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Token.Kind.STRING) {
          text.append(next().text());
        }
        yield constant(text.toString());
      }
      case NAME -> switch (token.text()) {
        case "true", "True" -> constant(true);
        case "false", "False" -> constant(false);
        case "none", "None" -> constant(null);
        default -> scope -> scope.get(token.text());
      };
      case SYMBOL -> switch (token.text()) {
        case "(" -> parenthesis();
        case "[" -> list();
        case "{" -> map();
        default -> throw back();
      };
      case END -> throw back();
    };
  }

  private static Expression constant(@Nullable Object value) {
    return _ -> value;
  }

  private Expression parenthesis() {
    Expression inner = tuple();
    expect(")");
    return inner;
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!take("]")) {
      items.add(expression());
      if (!peek().is("]")) {
        expect(",");
      }
    }
    return scope -> Arguments.values(items, scope);
  }

  private Expression map() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!take("}")) {
      keys.add(expression());
      expect(":");
      values.add(expression());
      if (!peek().is("}")) {
        expect(",");
      }
    }
    return scope -> {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(Values.text(keys.get(i).in(scope)), values.get(i).in(scope));
      }
      return map;
    };
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Expression owner = value;
      if (take(".")) {
        String name = next().text();
        value = scope -> Attributes.of(owner.in(scope), name);
      } else if (take("[")) {
        value = subscript(owner);
      } else if (peek().is("(")) {
        Arguments arguments = Arguments.parse(this);
        value = scope -> arguments.call(owner.in(scope), scope, source());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression owner) {
    @Nullable
    Expression from = peek().is(":") ? null : expression();
    if (take("]")) {
      Expression index = Objects.requireNonNull(from);
      return scope -> Attributes.item(owner.in(scope), index.in(scope));
    }
    expect(":");
    @Nullable
    Expression to = peek().is(":") || peek().is("]") ? null : expression();
    @Nullable
    Expression step = take(":") && !peek().is("]") ? expression() : null;
    expect("]");
    return scope -> Slices.of(owner.in(scope), from == null ? null : from.in(scope),
        to == null ? null : to.in(scope), step == null ? null : step.in(scope));
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      Expression owner = value;
      if (take("|")) {
        String name = name();
        Arguments arguments = peek().is("(") ? Arguments.parse(this) : Arguments.NONE;
        Filters.check(name);
        value = scope -> Filters.apply(name, owner.in(scope), arguments.positional(scope),
            arguments.named(scope));
      } else if (take("is")) {
        boolean denied = take("not");
        String name = name();
        @Nullable
        Expression operand = testOperand();
        Tests.check(name);
        value = scope -> denied != Tests.holds(name, owner.in(scope),
            operand == null ? null : operand.in(scope));
      } else if (peek().is("(") || peek().is(".") || peek().is("[")) {
        value = postfix(owner);
      } else {
        return value;
      }
    }
  }

  private @Nullable Expression testOperand() {
    Token token = peek();
    boolean operand = switch (token.kind()) {
      case NAME -> Tests.takesOperand(token.text());
      case STRING, INTEGER, REAL -> true;
      case SYMBOL -> token.is("(") || token.is("[");
      case END -> false;
    };
    return operand ? postfix(primary()) : null;
  }
}
