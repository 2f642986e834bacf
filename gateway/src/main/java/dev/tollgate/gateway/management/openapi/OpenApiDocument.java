package dev.tollgate.gateway.management.openapi;

import dev.tollgate.gateway.management.access.Access;
import dev.tollgate.gateway.management.problems.Problem;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Gives;
import dev.tollgate.gateway.management.wire.OncePerReference;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.Wire;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.MethodParameter;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the OpenAPI 3.1 document of some endpoints. */
final class OpenApiDocument {

  private static final String INTRODUCTION = """
      Administers Tollgate: tenants, keys, contracts, prices, payments. Money travels as exact decimals in strings. \
      Lists come in pages: follow `next`. What is changed is read first, and its `ETag` sent as `If-Match`. What is \
      created under an `Idempotency-Key` is created once: for 24 hours the same request under the same key gets the \
      same answer. Errors are problems (RFC 9457); `errors` points at fields.""";

  private final Schemas schemas = new Schemas();
  private final ObjectNode document = JsonNodeFactory.instance.objectNode();

  private OpenApiDocument() {}

  static ObjectNode of(List<Endpoint> endpoints) {
    var writer = new OpenApiDocument();
    writer.write(endpoints);
    return writer.document;
  }

  private void write(List<Endpoint> endpoints) {
    document.put("openapi", "3.1.1");
    document.putObject("info").put("title", "Tollgate management API").put("version", "1")
        .put("description", INTRODUCTION);
    document.putArray("servers").addObject().put("url", "/api/v1");
    document.putArray("security").addObject().putArray("token");
    ArrayNode tags = document.putArray("tags");
    endpoints.stream().map(Endpoint::topic).distinct().sorted()
        .forEach(topic -> tags.addObject().put("name", topic));
    ObjectNode paths = document.putObject("paths");
    for (Endpoint endpoint : endpoints) {
      ObjectNode path = paths.get(endpoint.path()) instanceof ObjectNode known ? known
          : paths.putObject(endpoint.path());
      path.set(endpoint.method().toLowerCase(Locale.ROOT), operation(endpoint));
    }
    ObjectNode components = document.putObject("components");
    components.putObject("securitySchemes").putObject("token").put("type", "http").put("scheme", "bearer")
        .put("description", "A management token: tg_operator_… or tg_tenant_…");
    ObjectNode responses = components.putObject("responses");
    for (Failure failure : Failure.values()) {
      responses.set(failure.name(), problem(failure));
    }
    components.set("schemas", schemas.components());
  }

  private ObjectNode operation(Endpoint endpoint) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.putArray("tags").add(endpoint.topic());
    operation.put("operationId", operationId(endpoint)).put("summary", endpoint.access().title())
        .put("description", roles(endpoint.access()));
    ArrayNode parameters = operation.putArray("parameters");
    if (endpoint.path().contains("{tenant}")) {
      parameters.add(parameter("tenant", "path", true, schemas.of(UUID.class)));
    }
    for (MethodParameter parameter : endpoint.handler().getMethodParameters()) {
      describe(parameter, parameters, operation);
    }
    if (endpoint.handler().hasMethodAnnotation(RequiresIfMatch.class)) {
      parameters.add(parameter("If-Match", "header", true, schemas.of(String.class)));
    }
    if (endpoint.method().equals("POST")) {
      parameters.add(parameter("Idempotency-Key", "header", false, schemas.of(String.class)));
    }
    responses(endpoint, operation.putObject("responses"), operation.has("requestBody"));
    return operation;
  }

  private void describe(MethodParameter parameter, ArrayNode parameters, ObjectNode operation) {
    if (parameter.hasParameterAnnotation(Body.class)) {
      operation.putObject("requestBody").put("required", true).putObject("content")
          .putObject("application/json")
          .set("schema", schemas.of(parameter.getParameterType()));
    } else if (parameter.hasParameterAnnotation(PathVariable.class)) {
      parameters.add(parameter(name(parameter), "path", true, schemas.of(parameter.getParameterType())));
    } else if (parameter.getParameterType() == PageRequest.class) {
      ObjectNode limit = schemas.of(int.class).put("minimum", 1).put("maximum", 200).put("default", 50);
      parameters.add(parameter("limit", "query", false, limit));
      parameters.add(parameter("cursor", "query", false, schemas.of(String.class)));
    } else {
      RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
      if (query != null) {
        boolean required = query.required() && query.defaultValue().equals(ValueConstants.DEFAULT_NONE);
        parameters
            .add(parameter(name(parameter), "query", required, schemas.of(parameter.getParameterType())));
      }
    }
  }

  private static String name(MethodParameter parameter) {
    String name = parameter.getParameter().getName();
    if (!parameter.getParameter().isNamePresent()) {
      throw new IllegalStateException("Compile with -parameters: " + parameter);
    }
    return name;
  }

  private static ObjectNode parameter(String name, String in, boolean required, ObjectNode schema) {
    ObjectNode parameter = JsonNodeFactory.instance.objectNode().put("name", name).put("in", in)
        .put("required", required);
    parameter.set("schema", schema);
    return parameter;
  }

  private void responses(Endpoint endpoint, ObjectNode responses, boolean body) {
    ObjectNode success = responses.putObject(endpoint.creates() ? "201" : "200").put("description",
        endpoint.access().title());
    Gives file = endpoint.handler().getMethodAnnotation(Gives.class);
    if (endpoint.method().equals("GET") && file == null && !isList(answer(endpoint))) {
      success.putObject("headers").putObject("ETag")
          .put("description", "What If-Match asks for, and If-None-Match compares")
          .set("schema", schemas.of(String.class));
    }
    if (endpoint.handler().hasMethodAnnotation(OncePerReference.class)) {
      responses.putObject("200")
          .put("description", "It was there under its reference already: nothing has changed")
          .putObject("content").putObject("application/json").set("schema", schemas.of(answer(endpoint)));
    }
    ObjectNode content = success.putObject("content");
    if (file == null) {
      content.putObject("application/json").set("schema", schemas.of(answer(endpoint)));
    } else {
      for (String mediaType : file.value()) {
        content.putObject(mediaType).putObject("schema").put("type", "string").put("format", "binary");
      }
    }
    for (Failure failure : Failure.values()) {
      if (failure.concerns(endpoint, body)) {
        responses.putObject(failure.status()).put("$ref", "#/components/responses/" + failure.name());
      }
    }
  }

  private static boolean isList(Type answer) {
    return answer instanceof ParameterizedType generic && generic.getRawType() == Page.class;
  }

  private static Type answer(Endpoint endpoint) {
    Type type = endpoint.handler().getMethod().getGenericReturnType();
    return type instanceof ParameterizedType generic && generic.getRawType() == ResponseEntity.class
        ? generic.getActualTypeArguments()[0]
        : type;
  }

  private ObjectNode problem(Failure failure) {
    ObjectNode response = JsonNodeFactory.instance.objectNode().put("description", failure.meaning());
    response.putObject("content").putObject(Problem.MEDIA_TYPE).set("schema", schemas.of(Problem.class));
    return response;
  }

  private static String operationId(Endpoint endpoint) {
    return endpoint.handler().getBeanType().getSimpleName().replace("Controller", "") + "_"
        + endpoint.handler().getMethod().getName();
  }

  private static String roles(Access access) {
    String operators = access.operators().stream().sorted().map(Wire::name).collect(Collectors.joining(", "));
    String members = access.members().stream().sorted().map(Wire::name).collect(Collectors.joining(", "));
    return "Operators: " + operators + ". People of the tenant: " + (members.isEmpty() ? "none" : members)
        + ".";
  }
}
