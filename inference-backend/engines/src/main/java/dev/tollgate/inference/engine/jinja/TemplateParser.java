package dev.tollgate.inference.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the statements of a template. */
final class TemplateParser {

  private record Branch(Expression condition, Node body) {}

  private final List<Segment> segments;
  private int at;

  TemplateParser(List<Segment> segments) {
    this.segments = segments;
  }

  Node whole() {
    Node all = body();
    if (at < segments.size()) {
      throw new TemplateException(
          "the chat template ends what it never began: " + segments.get(at).content().strip());
    }
    return all;
  }

  /** Nodes up to the end or to a statement that begins with one of these words. */
  private Node body(String... ends) {
    List<Node> nodes = new ArrayList<>();
    while (at < segments.size()) {
      Segment segment = segments.get(at);
      if (segment.kind() == Segment.Kind.STATEMENT && (List.of(ends).contains(word(segment))
          || word(segment).startsWith("end") || word(segment).startsWith("el"))) {
        break;
      }
      at++;
      nodes.add(switch (segment.kind()) {
        case TEXT -> text(segment.content());
        case OUTPUT -> output(ExpressionParser.parse(segment.content()));
        case STATEMENT -> statement(segment);
      });
    }
    return (scope, output) -> {
      for (Node node : nodes) {
        Node.Flow flow = node.render(scope, output);
        if (flow != Node.Flow.NEXT) {
          return flow;
        }
      }
      return Node.Flow.NEXT;
    };
  }

  private static Node text(String content) {
    return (_, output) -> {
      output.add(content);
      return Node.Flow.NEXT;
    };
  }

  private static Node output(Expression expression) {
    return (scope, output) -> {
      output.add(Values.text(expression.in(scope)));
      return Node.Flow.NEXT;
    };
  }

  private static String word(Segment segment) {
    String content = segment.content().strip();
    int end = 0;
    while (end < content.length() && Character.isLetter(content.charAt(end))) {
      end++;
    }
    return content.substring(0, end);
  }

  private static String rest(Segment segment) {
    return segment.content().strip().substring(word(segment).length());
  }

  private Node statement(Segment segment) {
    return switch (word(segment)) {
      case "if" -> condition(segment);
      case "for" -> loop(rest(segment));
      case "set" -> assignment(rest(segment));
      case "macro" -> macro(rest(segment));
      case "generation" -> {
        Node body = body();
        expect("endgeneration");
        yield body;
      }
      case "break" -> (_, _) -> Node.Flow.BREAK;
      case "continue" -> (_, _) -> Node.Flow.CONTINUE;
      default -> throw new TemplateException(
          "the chat template uses the statement " + segment.content().strip() + ", which is not supported");
    };
  }

  private void expect(String word) {
    if (at == segments.size() || !word(segments.get(at)).equals(word)) {
      throw new TemplateException("the chat template lacks an " + word);
    }
    at++;
  }

  private Node condition(Segment first) {
    List<Branch> branches = new ArrayList<>();
    branches.add(new Branch(ExpressionParser.parse(rest(first)), body()));
    @Nullable
    Node otherwise = null;
    while (at < segments.size() && word(segments.get(at)).startsWith("el")) {
      Segment next = segments.get(at++);
      if (word(next).equals("elif")) {
        branches.add(new Branch(ExpressionParser.parse(rest(next)), body()));
      } else {
        otherwise = body();
      }
    }
    expect("endif");
    Node last = otherwise;
    return (scope, output) -> {
      for (Branch branch : branches) {
        if (Values.isTrue(branch.condition().in(scope))) {
          return branch.body().render(scope, output);
        }
      }
      return last == null ? Node.Flow.NEXT : last.render(scope, output);
    };
  }

  private Node loop(String header) {
    ExpressionParser parser = new ExpressionParser(header);
    List<String> names = names(parser);
    parser.expect("in");
    Expression items = parser.or();
    @Nullable
    Expression filter = parser.take("if") ? parser.expression() : null;
    parser.end();
    Node body = body();
    @Nullable
    Node otherwise = null;
    if (at < segments.size() && word(segments.get(at)).equals("else")) {
      at++;
      otherwise = body();
    }
    expect("endfor");
    return new Loop(names, items, filter, body, otherwise);
  }

  private static List<String> names(ExpressionParser parser) {
    List<String> names = new ArrayList<>();
    boolean parenthesis = parser.take("(");
    do {
      names.add(parser.name());
    } while (parser.take(","));
    if (parenthesis) {
      parser.expect(")");
    }
    return names;
  }

  private Node assignment(String header) {
    ExpressionParser parser = new ExpressionParser(header);
    List<String> names = names(parser);
    @Nullable
    String attribute = parser.take(".") ? parser.name() : null;
    if (parser.take("=")) {
      Expression value = parser.tuple();
      parser.end();
      return (scope, _) -> {
        assign(scope, names, attribute, value.in(scope));
        return Node.Flow.NEXT;
      };
    }
    parser.end();
    Node body = body();
    expect("endset");
    return (scope, _) -> {
      Output captured = new Output();
      Node.Flow flow = body.render(scope, captured);
      assign(scope, names, attribute, captured.toString());
      return flow;
    };
  }

  private static void assign(Scope scope, List<String> names, @Nullable String attribute,
      @Nullable Object value) {
    if (attribute != null) {
      if (!(scope.get(names.getFirst()) instanceof Namespace namespace)) {
        throw new TemplateException(
            "the chat template sets an attribute of what is no namespace: " + names.getFirst());
      }
      namespace.values().put(attribute, value);
    } else if (names.size() == 1) {
      scope.set(names.getFirst(), value);
    } else {
      Loop.unpack(scope, names, value);
    }
  }

  private Node macro(String header) {
    ExpressionParser parser = new ExpressionParser(header);
    String name = parser.name();
    Map<String, @Nullable Expression> parameters = new LinkedHashMap<>();
    parser.expect("(");
    while (!parser.take(")")) {
      String parameter = parser.name();
      parameters.put(parameter, parser.take("=") ? parser.expression() : null);
      if (!parser.peek().is(")")) {
        parser.expect(",");
      }
    }
    parser.end();
    Node body = body();
    expect("endmacro");
    return (scope, _) -> {
      scope.set(name, new Macro(parameters, body, scope));
      return Node.Flow.NEXT;
    };
  }
}
