package dev.tollgate.gateway.management.openapi;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Access;
import dev.tollgate.gateway.management.access.AccessTable;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * One address and method of the management API, as it is mapped.
 *
 * @param path below {@code /api/v1}
 */
record Endpoint(String method, String path, HandlerMethod handler, Access access) {

  private static final Set<String> ACTIONS = Set.of("suspend", "resume", "end", "finalise", "redraft", "run",
      "paid", "drain");
  private static final String PREFIX = "/api/v1";

  /** All of them, by path. Those without a row in the table of access answer nobody, and are left out. */
  static List<Endpoint> of(RequestMappingHandlerMapping mappings) {
    return mappings.getHandlerMethods().entrySet().stream()
        .filter(entry -> AnnotatedElementUtils.hasAnnotation(entry.getValue().getBeanType(),
            ManagementController.class))
        .flatMap(entry -> entry.getKey().getMethodsCondition().getMethods().stream()
            .flatMap(method -> entry.getKey().getPatternValues().stream()
                .map(path -> path.substring(PREFIX.length()))
                .flatMap(path -> AccessTable.of(method + " " + path).stream()
                    .map(access -> new Endpoint(method.name(), path, entry.getValue(), access)))))
        .sorted(Comparator.comparing(Endpoint::path).thenComparing(Endpoint::method)).toList();
  }

  boolean changes() {
    return !method.equals("GET");
  }

  /** Whether it makes something new, so that it is answered with 201. */
  boolean creates() {
    return method.equals("POST") && !ACTIONS.contains(path.substring(path.lastIndexOf('/') + 1));
  }

  /** What it is about: {@code api-keys} of {@code /tenants/{tenant}/api-keys/{key}}. */
  String topic() {
    String[] parts = path.split("/", -1);
    return parts.length > 3 && parts[1].equals("tenants") ? parts[3] : parts[1];
  }
}
