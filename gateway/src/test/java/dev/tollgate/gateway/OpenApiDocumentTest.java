package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.management.access.AccessTable;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document says all that there is, and only what is there. */
class OpenApiDocumentTest extends ManagementTest {

  private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z]+)}");

  @Test
  void everyEndpointIsThereWithItsErrorsItsSecurityAndWhatItTakesAndGives() throws Exception {
    JsonNode document = document();
    assertThat(document.path("openapi").stringValue()).startsWith("3.1");
    assertThat(document.at("/components/securitySchemes/token/scheme").stringValue()).isEqualTo("bearer");
    assertThat(document.at("/components/schemas/Amount/examples/0/amount").stringValue()).isEqualTo("12.50");
    var ids = new HashSet<String>();
    int operations = 0;
    for (String path : document.path("paths").propertyNames()) {
      JsonNode methods = document.path("paths").path(path);
      for (String method : methods.propertyNames()) {
        JsonNode operation = methods.path(method);
        operations++;
        assertThat(ids.add(operation.path("operationId").stringValue())).as(operation.toString()).isTrue();
        assertThat(operation.path("responses").propertyNames()).contains("401", "403", "422", "500", "503");
        if (!method.equals("get")) {
          assertThat(operation.path("responses").propertyNames()).contains("409");
        }
        assertThat(named(operation, "path")).as(path).containsExactlyInAnyOrderElementsOf(variables(path));
      }
    }
    assertThat(operations).isEqualTo(AccessTable.ROWS.size());
  }

  @Test
  void everyReferenceLeadsSomewhere() throws Exception {
    JsonNode document = document();
    var references = new ArrayList<String>();
    collect(document, references);
    assertThat(references).isNotEmpty().allSatisfy(
        reference -> assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse());
  }

  @Test
  void thePageIsServedWithItsOwnScriptsAndNoOthers() throws Exception {
    HttpResponse<String> page = call(null, "GET", "/docs/index.html", null);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("swagger-ui-bundle.js").doesNotContain("http://")
        .doesNotContain("https://");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("script-src 'self'")
        .doesNotContain("unsafe-inline");
    for (String file : List.of("swagger-ui-bundle.js", "swagger-ui.css", "docs.js")) {
      assertThat(call(null, "GET", "/docs/" + file, null).statusCode()).as(file).isEqualTo(200);
    }
    assertThat(call(null, "GET", "/docs", null).statusCode()).isEqualTo(302);
  }

  private JsonNode document() throws Exception {
    return body(call(null, "GET", "/openapi.json", null), 200);
  }

  private static List<String> named(JsonNode operation, String in) {
    return operation.path("parameters").valueStream().filter(one -> one.path("in").stringValue().equals(in))
        .map(one -> one.path("name").stringValue()).toList();
  }

  private static List<String> variables(String path) {
    return VARIABLE.matcher(path).results().map(match -> match.group(1)).toList();
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.path("$ref").isString()) {
      references.add(node.path("$ref").stringValue());
    }
    node.valueStream().forEach(child -> collect(child, references));
  }
}
