package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call. */
record Arguments(List<Expression> positional, Map<String, Expression> named) {

  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments parse(ExpressionParser parser) {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    parser.expect("(");
    while (!parser.take(")")) {
      Expression value = parser.expression();
      if (parser.take("=")) {
        named.put(parser.lastName(), parser.expression());
      } else {
        positional.add(value);
      }
      if (!parser.peek().is(")")) {
        parser.expect(",");
      }
    }
    return new Arguments(positional, named);
  }

  List<@Nullable Object> positional(Scope scope) {
    return values(positional, scope);
  }

  static List<@Nullable Object> values(List<Expression> expressions, Scope scope) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Expression expression : expressions) {
      values.add(expression.in(scope));
    }
    return values;
  }

  Map<String, @Nullable Object> named(Scope scope) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    named.forEach((name, expression) -> values.put(name, expression.in(scope)));
    return values;
  }

  @Nullable
  Object call(@Nullable Object callee, Scope scope, String source) {
    if (callee instanceof Function function) {
      return function.call(positional(scope), named(scope));
    }
    throw new TemplateException("the chat template calls what is no function in: " + source.strip());
  }
}
