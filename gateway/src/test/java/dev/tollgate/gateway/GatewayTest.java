package dev.tollgate.gateway;

import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.Funding;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import dev.tollgate.testing.ObservedDriver;
import dev.tollgate.testing.StandInBackend;
import dev.tollgate.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole gateway on a real port, a real database and a stand-in backend; one for all test classes of the module. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class GatewayTest {

  static final long USD = 1_000_000_000_000L;
  static final JsonMapper JSON = new JsonMapper();
  static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  static final StandInBackend BACKEND = StandInBackend.start();
  static final LocalProvider PROVIDER = LocalProvider.start();
  private static final TestPostgres.Database DATABASE = TestPostgres.migrated();

  @LocalServerPort
  int port;

  /** How long an answer may stand still between backends here. */
  static final Duration RESUME_WITHIN = Duration.ofSeconds(3);

  @Autowired
  Tenants tenants;

  @Autowired
  Projects projects;

  @Autowired
  ApiKeys keys;

  @Autowired
  Funding funding;

  @Autowired
  Reservations reservations;

  @Autowired
  Backends backends;

  @Autowired
  JdbcClient jdbc;

  /** A tenant with one key. */
  record Account(TenantId tenant, Project project, ApiKeyId key, String secret) {}

  /** What a settled request left in the database. */
  record UsageRow(UUID requestId, String outcome, long inputTokens, long cachedInputTokens, long outputTokens,
      long amountPico, long freeTokens) {}

  @DynamicPropertySource
  static void properties(DynamicPropertyRegistry registry) {
    registry.add("spring.datasource.url", () -> ObservedDriver.url(DATABASE.url()));
    registry.add("spring.datasource.driver-class-name", ObservedDriver.class::getName);
    registry.add("spring.datasource.username", DATABASE::user);
    registry.add("spring.datasource.password", DATABASE::password);
    registry.add("tollgate.backend.addresses", BACKEND::address);
    registry.add("tollgate.tenants.key-pepper", () -> "dGVzdC1wZXBwZXItdGVzdC1wZXBwZXItdGVzdC1wZXA=");
    registry.add("tollgate.requests.silence-timeout", () -> "1s");
    registry.add("tollgate.requests.resume-within", () -> RESUME_WITHIN.toSeconds() + "s");
    registry.add("tollgate.backend.queue.per-tenant", () -> "8");
    registry.add("tollgate.backend.aliases[0].name", () -> "quick");
    registry.add("tollgate.backend.aliases[0].model", () -> StandInBackend.MODEL);
    registry.add("tollgate.backend.aliases[1].name", () -> "private");
    registry.add("tollgate.backend.aliases[1].model", () -> StandInBackend.MODEL);
    registry.add("tollgate.backend.aliases[1].tenant", () -> UUID.randomUUID());
    registry.add("tollgate.console.oidc.issuer", PROVIDER::issuer);
    registry.add("tollgate.console.oidc.client-id", () -> LocalProvider.CLIENT);
    registry.add("tollgate.console.oidc.client-secret", () -> LocalProvider.SECRET);
    registry.add("tollgate.console.oidc.name", () -> LocalProvider.NAME);
    registry.add("tollgate.api.body-timeout", () -> "2s");
    registry.add("server.tomcat.connection-timeout", () -> "1s");
    // Else a client could ask over a connection that is being closed for having idled, which it must not do twice by itself.
    registry.add("server.tomcat.keep-alive-timeout", () -> "60s");
  }

  @BeforeEach
  void backendIsUp() throws InterruptedException {
    backends.awaitUp(5_000);
  }

  /** A tenant on pay-as-you-go with its free allowance. */
  Account account(long balancePico) {
    return account(balancePico, 100_000);
  }

  /** A tenant without a free allowance, so that every token costs money. */
  Account paying(long balancePico) {
    return account(balancePico, 0);
  }

  private Account account(long balancePico, long freeTokens) {
    Tenant tenant = tenants.create("t-" + UUID.randomUUID(), "Test tenant");
    Project project = projects.create(tenant.id(), "default");
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (?, 'pay-as-you-go', 'USD', 'UTC', ?, tstzrange(now() - interval '1 second', NULL))""")
        .params(tenant.id().value(), freeTokens).update();
    ApiKeys.Issued issued = keys.issue(tenant.id(), project.id(), "test", EnumSet.allOf(Scope.class), null);
    var account = new Account(tenant.id(), project, issued.id(), issued.secret());
    // The contract was written behind this instance's back; it hears of it within a second.
    await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10)).until(() -> canHold(account));
    funding.topUp(tenant.id(), "USD", balancePico, "initial");
    return account;
  }

  private boolean canHold(Account account) {
    var now = Instant.now();
    var admission = reservations.hold(new HoldRequest(new RequestId(UuidCreator.getTimeOrderedEpoch()),
        new Payer(account.tenant(), account.project().id(), account.key()), StandInBackend.MODEL, "default",
        0, 1, now,
        now.plusSeconds(60)));
    if (admission instanceof Admission.Held(Hold hold)) {
      hold.release();
    }
    return !admission.equals(new Admission.Refused(Refusal.NO_CONTRACT));
  }

  static String chatBody(String content) {
    return JSON.writeValueAsString(Map.of("model", StandInBackend.MODEL, "messages",
        List.of(Map.of("role", "user", "content", content))));
  }

  static String streamBody(String content) {
    return JSON.writeValueAsString(Map.of("model", StandInBackend.MODEL, "stream", true, "stream_options",
        Map.of("include_usage", true), "messages", List.of(Map.of("role", "user", "content", content))));
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> post(String secret, String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + secret)
        .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String secret, String path) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + secret).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The data lines of a stream, without the closing {@code [DONE]}. */
  static List<JsonNode> chunks(String stream) {
    return stream.lines().filter(line -> line.startsWith("data: {"))
        .map(line -> JSON.readTree(line.substring(6)))
        .toList();
  }

  List<UsageRow> usage(Account account) {
    return jdbc.sql("""
        SELECT request_id, outcome, input_tokens, cached_input_tokens, output_tokens, amount_pico, free_tokens
        FROM billing.usage WHERE tenant_id = ? ORDER BY request_id""").param(account.tenant().value())
        .query(UsageRow.class).list();
  }

  UsageRow lastUsage(Account account) {
    return usage(account).getLast();
  }

  /** The tenant's settled money balance in pico. */
  long money(Account account) {
    return jdbc.sql(
        """
            SELECT balance - billing.pending(account_id) FROM billing.fund WHERE tenant_id = ? AND kind = 'MONEY'""")
        .param(account.tenant().value()).query(Long.class).single();
  }
}
