package dev.tollgate.inference.engine.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A piece of a template with a name and parameters; gives the text that it renders. */
record Macro(Map<String, @Nullable Expression> parameters, Node body, Scope home) implements Function {

  @Override
  public Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
    Scope scope = home.inner();
    int index = 0;
    for (Map.Entry<String, @Nullable Expression> parameter : parameters.entrySet()) {
      Expression fallback = parameter.getValue();
      Object value;
      if (index < arguments.size()) {
        value = arguments.get(index);
      } else if (named.containsKey(parameter.getKey())) {
        value = named.get(parameter.getKey());
      } else {
        value = fallback == null ? Undefined.UNDEFINED : fallback.in(scope);
      }
      scope.set(parameter.getKey(), value);
      index++;
    }
    Output output = new Output();
    body.render(scope, output);
    return output.toString();
  }
}
