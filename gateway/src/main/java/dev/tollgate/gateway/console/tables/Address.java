package dev.tollgate.gateway.console.tables;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The address of a page, of which links change a part and leave the rest. */
record Address(String path, Map<String, String> parameters) {

  /** What a form that was done has said is not said again. */
  private static final String DONE = "done";

  static Address of(HttpServletRequest request) {
    var parameters = new LinkedHashMap<String, String>();
    request.getParameterMap().forEach((name, values) -> {
      if (!name.equals(DONE)) {
        parameters.put(name, values[0]);
      }
    });
    return new Address(request.getRequestURI(), parameters);
  }

  String value(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** With other values of some parameters; those that are empty are left out. */
  String with(Map<String, String> changes) {
    var changed = new LinkedHashMap<>(parameters);
    changed.putAll(changes);
    String query = changed.entrySet().stream().filter(each -> !each.getValue().isEmpty())
        .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
        .collect(Collectors.joining("&"));
    return query.isEmpty() ? path : path + "?" + query;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
