package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Meters can be read from outside, by the operator alone, and alerts are about meters that there are. */
class MetricsTest extends ManagementTest {

  private static final String PATH = "/actuator/prometheus";
  private static final Path ALERTS = Path.of("..", "deploy", "alerts.yaml");

  @Test
  void everyAlertIsAboutAMeterThatTheOperatorCanRead() throws Exception {
    HttpResponse<String> metrics = get(operator(OperatorRole.AUDITOR), PATH);
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    var named = Pattern.compile("tollgate_[a-z_]+").matcher(Files.readString(ALERTS)).results()
        .map(found -> found.group()).distinct().toList();
    assertThat(named).hasSizeGreaterThan(5)
        .allSatisfy(meter -> assertThat(metrics.body()).containsPattern("(?m)^" + meter + "[ {]"));
  }

  @Test
  void nobodyElseCan() throws Exception {
    HttpResponse<String> nobody = HTTP.send(HttpRequest.newBuilder(uri(PATH)).build(),
        HttpResponse.BodyHandlers.ofString());
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.body()).contains("operator-token");
    refused("tg_op_nonsense", 401, "misspelt");
    TenantId tenant = new TenantId(UUID.fromString(contracted(operator(OperatorRole.ADMIN))));
    refused(member(tenant, MemberRole.OWNER), 403, "tenant's");
  }

  private void refused(String token, int status, String why) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(token, PATH);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(why).doesNotContain("tollgate_");
  }
}
