package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Funding;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTenantTest {

  @TempDir
  private Path temporary;
  private final InMemory world = new InMemory();
  private final DemoTenant demo = new DemoTenant(world, world.projects(), world.keys());
  private final DemoFunding funding = new DemoFunding(world.funding(),
      Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), 5);

  @Test
  void givesTheTenantAProjectAContractAndABalance() {
    funding.give(demo.establish());
    demo.issueKey();
    assertThat(world.tenants).extracting(Tenant::slug).containsExactly("demo");
    assertThat(world.projectList).extracting(Project::name).containsExactly("default");
    assertThat(world.contracts).containsExactly("USD credit 0");
    assertThat(world.payments).containsExactly(Map.entry("demo-top-up", 5_000_000_000_000L));
  }

  @Test
  void finishesWhatAnEarlierStartLeftUndoneAndDoesNothingTwice() {
    world.create("demo", "Demo");
    funding.give(demo.establish());
    demo.issueKey();
    funding.give(demo.establish());
    demo.issueKey();
    assertThat(world.tenants).hasSize(1);
    assertThat(world.projectList).hasSize(1);
    assertThat(world.contracts).hasSize(1);
    assertThat(world.payments).hasSize(1);
  }

  @Test
  void showsAKeyAtTheFirstStartOfADataFolderOnly() {
    try (var folder = DataFolder.open(temporary)) {
      assertThat(greeting(folder, true)).contains("tg_live_secret-0  (shown this once",
          "tg_operator_secret  (shown this once",
          "Bearer tg_live_secret-0\"", "curl http://127.0.0.1:8080/v1/chat/completions", "tiny-model",
          "Ctrl-C",
          temporary.toString(), "answers at");
      assertThat(greeting(folder, true)).doesNotContain("tg_live_").contains("shown at the first start",
          "./tollgate key")
          .doesNotContain("tg_operator_").contains("./tollgate operator-token");
    }
  }

  @Test
  void saysWhenNoBackendIsUp() {
    try (var folder = DataFolder.open(temporary)) {
      assertThat(greeting(folder, false)).contains("no backend yet", "tg_live_secret-0");
    }
  }

  private String greeting(DataFolder folder, boolean backendUp) {
    var bytes = new ByteArrayOutputStream();
    new Welcome(folder, demo, funding, new OperatorAccess(new OneToken()), () -> "/sign-in/link/one",
        millis -> backendUp, "tiny-model",
        new PrintStream(bytes, true, StandardCharsets.UTF_8)).greet("http://127.0.0.1:8080");
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** What tenants and billing would remember. */
  private static final class InMemory implements Tenants {

    private final List<Tenant> tenants = new ArrayList<>();
    private final List<Project> projectList = new ArrayList<>();
    private final List<String> contracts = new ArrayList<>();
    private final Map<String, Long> payments = new HashMap<>();
    private int issued;

    @Override
    public Tenant create(String slug, String name) {
      var tenant = new Tenant(new TenantId(UUID.randomUUID()), slug, name, Instant.EPOCH, null, 0);
      tenants.add(tenant);
      return tenant;
    }

    @Override
    public Optional<Tenant> find(TenantId id) {
      return tenants.stream().filter(tenant -> tenant.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Tenant> findBySlug(String slug) {
      return tenants.stream().filter(tenant -> tenant.slug().equals(slug)).findFirst();
    }

    @Override
    public List<Tenant> list(Slice<Tenants.Order> slice) {
      return List.copyOf(tenants);
    }

    @Override
    public Optional<Tenant> rename(TenantId id, String name, int version) {
      return Optional.empty();
    }

    @Override
    public boolean suspend(TenantId id) {
      return false;
    }

    @Override
    public boolean resume(TenantId id) {
      return false;
    }

    Projects projects() {
      return new Projects() {

        @Override
        public Project create(TenantId tenant, String name) {
          var project = new Project(tenant, new ProjectId(UUID.randomUUID()), name, Instant.EPOCH, 0);
          projectList.add(project);
          return project;
        }

        @Override
        public List<Project> list(TenantId tenant) {
          return List.copyOf(projectList);
        }

        @Override
        public List<Project> list(TenantId tenant, Slice<Projects.Order> slice) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Project> find(TenantId tenant, ProjectId id) {
          return projectList.stream().filter(project -> project.id().equals(id)).findFirst();
        }

        @Override
        public Optional<Project> rename(TenantId tenant, ProjectId id, String name, int version) {
          return Optional.empty();
        }
      };
    }

    ApiKeys keys() {
      return new ApiKeys() {

        @Override
        public Lookup lookup(String presented) {
          return new Lookup.Refused(Reason.UNKNOWN);
        }

        @Override
        public Issued issue(TenantId tenant, ProjectId project, String name, Set<Scope> scopes,
            @Nullable Instant expiresAt) {
          assertThat(scopes).containsExactlyInAnyOrder(Scope.values());
          return new Issued(new ApiKeyId(UUID.randomUUID()), "tg_live_secret-" + issued++);
        }

        @Override
        public List<ApiKey> list(TenantId tenant, Slice<ApiKeys.Order> slice) {
          throw new UnsupportedOperationException();
        }

        @Override
        public boolean revoke(TenantId tenant, ApiKeyId key) {
          return false;
        }

        @Override
        public Optional<Issued> rotate(TenantId tenant, ApiKeyId key, Duration overlap) {
          return Optional.empty();
        }

        @Override
        public Optional<ApiKey> find(TenantId tenant, ApiKeyId key) {
          return Optional.empty();
        }

        @Override
        public List<ApiKey> list(TenantId tenant, @Nullable ProjectId project, @Nullable ApiKeyId after,
            int limit) {
          return List.of();
        }
      };
    }

    Funding funding() {
      return new Funding() {

        @Override
        public void payAsYouGo(TenantId tenant, String currency, ZoneId zone, long creditLimitPico,
            Instant from) {
          if (!contracts.isEmpty()) {
            throw new IllegalStateException("has a contract");
          }
          contracts.add(currency + " credit " + creditLimitPico);
        }

        @Override
        public boolean topUp(TenantId tenant, String currency, BigInteger amountPico, String reference) {
          return payments.put(reference, amountPico.longValueExact()) == null;
        }
      };
    }
  }
}
