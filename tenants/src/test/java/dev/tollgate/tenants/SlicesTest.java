package dev.tollgate.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.TestPostgres;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every list in every order that it may be asked for. */
class SlicesTest {

  private static final TenantsInstance instance = new TenantsInstance(TestPostgres.migrated());
  private static final int ROWS = 7;

  private final TenantId tenant = instance.tenants().create("slices-" + UUID.randomUUID(), "Slices").id();
  private final People people = instance.bean(People.class);

  @AfterAll
  static void stop() {
    instance.close();
  }

  @Test
  void everyKeyComesOnceInEveryOrder() {
    for (int i = 0; i < ROWS; i++) {
      // Two have the same name each, and some never expire.
      ProjectId project = instance.projects().create(tenant, "P" + (ROWS - i)).id();
      instance.keys().issue(tenant, project, "Key " + i / 2, EnumSet.of(Scope.GENERATE),
          i % 3 == 0 ? null : instance.now().plusSeconds(60 - i));
    }
    for (ApiKeys.Order order : ApiKeys.Order.values()) {
      comesOnce(slice -> instance.keys().list(tenant, slice), order, key -> key.id().toString());
    }
    assertThat(instance.keys().list(tenant, new Slice<>(ApiKeys.Order.NAME, false, "kEY 1", null, 9)))
        .extracting(ApiKeys.ApiKey::name).containsExactly("Key 1", "Key 1");
    assertThat(
        instance.keys().list(tenant, Slice.first(ApiKeys.Order.EXPIRES, true, 1)).getFirst().expiresAt())
        .isNull();
  }

  @Test
  void everyProjectComesOnceInEveryOrder() {
    for (int i = 0; i < ROWS; i++) {
      instance.projects().create(tenant, "Project " + (i * 3) % ROWS);
    }
    for (Projects.Order order : Projects.Order.values()) {
      comesOnce(slice -> instance.projects().list(tenant, slice), order, project -> project.id().toString());
    }
    assertThat(instance.projects().list(tenant, Slice.first(Projects.Order.NAME, false, 2)))
        .extracting(Project::name).containsExactly("Project 0", "Project 1");
  }

  @Test
  void everyPersonComesOnceInEveryOrder() {
    for (int i = 0; i < ROWS; i++) {
      Person person = people.add("s" + i + "@" + tenant + ".example", "Person " + i / 2);
      people.join(tenant, person.id(), i % 2 == 0 ? MemberRole.OWNER : MemberRole.VIEWER);
      people.appoint(person.id(), OperatorRole.SUPPORT);
    }
    for (People.Order order : People.Order.values()) {
      comesOnce(slice -> people.members(tenant, slice), order, member -> member.person().id().toString());
      comesOnce(people::operators, order, person -> person.id().toString());
    }
    assertThat(people.members(tenant, new Slice<>(People.Order.EMAIL, true, "S3@", null, 9))).hasSize(1);
  }

  @Test
  void behindARowThatIsNotThereIsNothing() {
    instance.projects().create(tenant, "one");
    for (String after : List.of(UUID.randomUUID().toString(), "no id at all")) {
      assertThat(
          instance.projects().list(tenant, new Slice<>(Projects.Order.NAME, false, null, after, 5)))
          .isEmpty();
    }
  }

  private static <O extends Enum<O>, R> void comesOnce(Function<Slice<O>, List<R>> list, O order,
      Function<R, String> id) {
    List<String> upward = walked(list, order, false, id);
    assertThat(upward).as("%s", order).hasSizeGreaterThanOrEqualTo(ROWS).doesNotHaveDuplicates();
    assertThat(walked(list, order, true, id)).as("%s downward", order).isEqualTo(upward.reversed());
  }

  private static <O extends Enum<O>, R> List<String> walked(Function<Slice<O>, List<R>> list, O order,
      boolean descending, Function<R, String> id) {
    var seen = new ArrayList<String>();
    List<R> rows = list.apply(Slice.first(order, descending, 2));
    while (!rows.isEmpty()) {
      rows.forEach(row -> seen.add(id.apply(row)));
      rows = list.apply(new Slice<>(order, descending, null, seen.getLast(), 2));
    }
    return seen;
  }
}
