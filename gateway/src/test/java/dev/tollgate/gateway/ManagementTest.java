package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.Tokens.Holder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The management API over HTTP, on the gateway that all tests share. */
abstract class ManagementTest extends GatewayTest {

  static final String USD_AMOUNT = "{\"currency\":\"USD\",\"amount\":\"%s\"}";

  @Autowired
  Tokens tokens;

  String operator(OperatorRole role) {
    return tokens.issue(new Holder.Operator(role), "test " + role, null).secret();
  }

  String member(TenantId tenant, MemberRole role) {
    return tokens.issue(new Holder.Member(tenant, role), "test " + role, null).secret();
  }

  HttpResponse<String> call(@Nullable String token, String method, String path, @Nullable String body,
      String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri("/api/v1" + path)).method(method,
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /** The body of an answer that must have this status. */
  static JsonNode body(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  static String etag(HttpResponse<String> response) {
    return response.headers().firstValue("ETag").orElseThrow();
  }

  /** A tenant made over the API, without a contract. */
  String newTenant(String token) throws IOException, InterruptedException {
    return body(
        call(token, "POST", "/tenants", "{\"slug\":\"m-" + UUID.randomUUID() + "\",\"name\":\"Managed\"}"),
        201).path("id").stringValue();
  }

  /** A tenant on pay-as-you-go in USD from now on. */
  String contracted(String token) throws IOException, InterruptedException {
    String tenant = newTenant(token);
    body(call(token, "POST", "/tenants/" + tenant + "/contracts",
        "{\"plan\":\"pay-as-you-go\",\"currency\":\"USD\",\"zone\":\"UTC\"}"), 201);
    return tenant;
  }
}
