package dev.tollgate.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tollgate.tenants.Tenants.Order;
import dev.tollgate.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {

  private static final TenantsInstance instance = new TenantsInstance(TestPostgres.migrated());
  private final Tenants tenants = instance.tenants();
  private final Projects projects = instance.projects();

  @AfterAll
  static void stop() {
    instance.close();
  }

  @Test
  void findsATenantByIdAndBySlugAsItWasCreated() {
    Tenant acme = tenants.create("acme", " Acme Works ");
    assertThat(acme.name()).isEqualTo("Acme Works");
    assertThat(acme.suspended()).isFalse();
    assertThat(acme.createdAt()).isEqualTo(instance.now());
    assertThat(acme.id().value().version()).isEqualTo(7);
    assertThat(tenants.find(acme.id())).contains(acme);
    assertThat(tenants.findBySlug("acme")).contains(acme);
    assertThat(tenants.findBySlug("acm")).isEmpty();
    assertThat(tenants.find(new TenantId(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void refusesASlugThatIsTaken() {
    tenants.create("taken", "First");
    assertThatExceptionOfType(Tenants.SlugTakenException.class)
        .isThrownBy(() -> tenants.create("taken", "Second"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Acme", "-acme", "acme-", "ac me", "acmé", "a_b",
      "x123456789012345678901234567890123456789012345678901234567890123"})
  void refusesWhatIsNoSlug(String slug) {
    assertThatIllegalArgumentException().isThrownBy(() -> tenants.create(slug, "Name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "nul\0"})
  void refusesANameThatSaysNothing(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> tenants.create("named", name));
    assertThatIllegalArgumentException().isThrownBy(() -> tenants.create("named", "n".repeat(201)));
  }

  @Test
  void keepsTheFirstTimeOfASuspensionUntilTheTenantIsResumed() {
    TenantId id = tenants.create("pausing", "Pausing").id();
    var suspendedAt = instance.now();
    assertThat(tenants.suspend(id)).isTrue();
    instance.advance(Duration.ofMinutes(1));
    assertThat(tenants.suspend(id)).isTrue();
    assertThat(tenants.find(id).orElseThrow().suspendedAt()).isEqualTo(suspendedAt);
    assertThat(tenants.resume(id)).isTrue();
    assertThat(tenants.find(id).orElseThrow().suspended()).isFalse();
  }

  @Test
  void saysWhenThereIsNoTenantToSuspendOrResume() {
    var nobody = new TenantId(UUID.randomUUID());
    assertThat(tenants.suspend(nobody)).isFalse();
    assertThat(tenants.resume(nobody)).isFalse();
  }

  @Test
  void listsTheProjectsOfOneTenantOldestFirst() {
    TenantId mine = tenants.create("mine", "Mine").id();
    TenantId other = tenants.create("other", "Other").id();
    Project web = projects.create(mine, "web");
    Project batch = projects.create(mine, "batch");
    projects.create(other, "web");
    assertThat(projects.list(mine)).containsExactly(web, batch);
  }

  @Test
  void refusesAProjectNameTwiceWithinATenantAndAnyForATenantThatIsNotThere() {
    TenantId tenant = tenants.create("names", "Names").id();
    projects.create(tenant, "web");
    assertThatExceptionOfType(Projects.NameTakenException.class)
        .isThrownBy(() -> projects.create(tenant, "web "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> projects.create(new TenantId(UUID.randomUUID()), "web"));
  }

  @Test
  void listsTenantsInTheOrderAskedForPageByPage() {
    List<TenantId> made = Stream.of("list-c", "list-a", "list-b")
        .map(slug -> tenants.create(slug, "L " + slug).id())
        .toList();
    List<Tenant> first = tenants.list(new Slice<>(Order.SLUG, false, "LIST-", null, 2));
    assertThat(first).extracting(Tenant::slug).containsExactly("list-a", "list-b");
    assertThat(tenants.list(new Slice<>(Order.SLUG, false, "list-", first.getLast().id().toString(), 2)))
        .extracting(Tenant::slug).containsExactly("list-c");
    assertThat(tenants.list(new Slice<>(Order.NAME, true, "list-", null, 5))).extracting(Tenant::slug)
        .containsExactly("list-c", "list-b", "list-a");
    // The clock stands still here, so the ids decide.
    assertThat(tenants.list(new Slice<>(Order.CREATED, false, "list-", null, 5))).extracting(Tenant::id)
        .containsExactlyElementsOf(made);
    assertThat(tenants.list(new Slice<>(Order.NAME, false, "100%_", null, 5))).isEmpty();
  }

  @Test
  void renamesOnlyWhatTheCallerHasSeenAsItIs() {
    Tenant tenant = tenants.create("renamed", "Before");
    Tenant after = tenants.rename(tenant.id(), " After ", tenant.version()).orElseThrow();
    assertThat(after.name()).isEqualTo("After");
    assertThat(tenants.rename(tenant.id(), "Late", tenant.version())).isEmpty();
    Project project = projects.create(tenant.id(), "web");
    projects.create(tenant.id(), "batch");
    assertThat(projects.rename(tenant.id(), project.id(), "site", project.version()).orElseThrow().name())
        .isEqualTo("site");
    assertThat(projects.rename(tenant.id(), project.id(), "late", project.version())).isEmpty();
    assertThatExceptionOfType(Projects.NameTakenException.class)
        .isThrownBy(() -> projects.rename(tenant.id(), project.id(), "batch", project.version() + 1));
    TenantId other = tenants.create("renamed-other", "Other").id();
    assertThat(projects.rename(other, project.id(), "mine", project.version() + 1)).isEmpty();
    assertThat(projects.find(other, project.id())).isEmpty();
  }
}
