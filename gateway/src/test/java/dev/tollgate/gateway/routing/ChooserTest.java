package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.routing.RoutingProperties.Server;
import dev.tollgate.inference.protocol.Chat;
import dev.tollgate.inference.protocol.ChatMessage;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.tenants.TenantId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which backend a request gets. */
class ChooserTest {

  private static final int SLOTS = 8;

  private final TenantId tenant = new TenantId(UUID.randomUUID());
  private final List<Backend> members = new ArrayList<>();
  private final Chooser chooser = new Chooser("here", true);

  @AfterEach
  void close() {
    members.forEach(Backend::close);
  }

  private Backend add(Server server) {
    Backend backend = TestBackends.up(server, SLOTS);
    members.add(backend);
    return backend;
  }

  private static Server server(int number, String region, int weight, List<UUID> dedicatedTo) {
    return new Server("127.0.0.1:" + (2 + number), region, weight, 0, dedicatedTo);
  }

  private void addThree() {
    for (int i = 0; i < 3; i++) {
      add(server(i, "", 100, List.of()));
    }
  }

  private Demand demand(long affinity) {
    return new Demand(TestBackends.MODEL, tenant, Standing.USUAL, affinity, 1000, Set.of(), false);
  }

  private Backend choose(Demand demand) {
    return Objects.requireNonNull(chooser.choose(members, demand, 10, System.nanoTime()));
  }

  @Test
  void whatBeginsAlikeGoesToTheSameBackendAndTheRestIsSpread() {
    addThree();
    Map<Backend, Integer> counts = new HashMap<>();
    for (long beginning = 0; beginning < 300; beginning++) {
      Backend first = choose(demand(Chooser.mix(beginning)));
      assertThat(choose(demand(Chooser.mix(beginning)))).isSameAs(first);
      counts.merge(first, 1, Integer::sum);
    }
    assertThat(counts).hasSize(3);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(60, 140));
  }

  @Test
  void aBackendThatGoesMovesOnlyItsOwnBeginnings() {
    addThree();
    Map<Long, Backend> before = new HashMap<>();
    for (long beginning = 0; beginning < 100; beginning++) {
      before.put(beginning, choose(demand(Chooser.mix(beginning))));
    }
    Backend gone = members.removeFirst();
    gone.close();
    before.forEach((beginning, backend) -> {
      if (backend != gone) {
        assertThat(choose(demand(Chooser.mix(beginning)))).isSameAs(backend);
      }
    });
  }

  @Test
  void aPopularBeginningDoesNotOverloadItsBackend() {
    addThree();
    List<BackendLease> leases = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      leases.add(Objects.requireNonNull(choose(demand(7)).enter(demand(7))));
    }
    assertThat(members).allSatisfy(backend -> assertThat(backend.running()).isBetween(5, 10));
    leases.forEach(BackendLease::close);
    assertThat(members).allSatisfy(backend -> assertThat(backend.load()).isZero());
  }

  @Test
  void workGoesByWeightWhereNothingElseDecides() {
    add(server(0, "", 300, List.of()));
    add(server(1, "", 100, List.of()));
    var without = new Chooser("here", false);
    for (int i = 0; i < 8; i++) {
      Backend chosen = Objects.requireNonNull(without.choose(members, demand(i), 10, System.nanoTime()));
      assertThat(chosen.enter(demand(i))).isNotNull();
    }
    assertThat(members.get(0).running()).isEqualTo(6);
    assertThat(members.get(1).running()).isEqualTo(2);
  }

  @Test
  void whatOtherGatewaysHaveRunningThereCountsToo() {
    addThree();
    TestBackends.report(members.get(0), SLOTS, 8);
    TestBackends.report(members.get(1), SLOTS, 8);
    var without = new Chooser("here", false);
    assertThat(without.choose(members, demand(1), 10, System.nanoTime())).isSameAs(members.get(2));
  }

  @Test
  void thisRegionGoesBeforeOthersAndATenantsOwnBeforeEverybodys() {
    Backend far = add(server(0, "far", 100, List.of()));
    Backend near = add(server(1, "", 100, List.of()));
    Backend own = add(server(2, "", 100, List.of(tenant.value())));
    Backend somebodyElses = add(server(3, "", 100, List.of(UUID.randomUUID())));
    assertThat(choose(demand(1))).isSameAs(own);
    members.remove(own);
    assertThat(choose(demand(1))).isSameAs(near);
    members.remove(near);
    assertThat(choose(demand(1))).isSameAs(far);
    members.remove(far);
    assertThat(chooser.choose(List.of(somebodyElses), demand(1), 10, System.nanoTime())).isNull();
    own.close();
    near.close();
    far.close();
  }

  @Test
  void thePlacesThatAreKeptAreForThoseThatGoFirst() {
    Backend only = add(new Server("127.0.0.1:2", "", 100, 10, List.of()));
    TestBackends.report(only, SLOTS, 0);
    for (int i = 0; i < 8; i++) {
      assertThat(choose(demand(i)).enter(demand(i))).isNotNull();
    }
    assertThat(chooser.choose(members, demand(9), 20, System.nanoTime())).isNull();
    var first = new Demand(TestBackends.MODEL, tenant, new Standing(10, 1), 9, 1000, Set.of(), false);
    assertThat(chooser.choose(members, first, 20, System.nanoTime())).isSameAs(only);
  }

  @Test
  void aBackendThatDrainsCannotServeOrIsSilentIsNotAsked() {
    addThree();
    members.get(0).serves(false);
    members.get(1).reported(Statistics.newBuilder().setModel(TestBackends.MODEL)
        .setSlots(SLOTS).setDraining(true).build());
    for (long beginning = 0; beginning < 20; beginning++) {
      assertThat(choose(demand(Chooser.mix(beginning)))).isSameAs(members.get(2));
    }
    long later = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    assertThat(chooser.choose(members, demand(1), 10, later)).as("silent, but the only one")
        .isSameAs(members.get(2));
  }

  @Test
  void aBackendThatKeepsFailingIsLeftAloneUntilItsBreakerLetsItTryAgain() {
    addThree();
    var breaker = CircuitBreaker.of("failing",
        CircuitBreakerConfig.custom().slidingWindowSize(50).minimumNumberOfCalls(20).build());
    Backend failing = TestBackends.up(server(3, "", 100, List.of()), SLOTS, breaker);
    members.add(failing);
    assertThat(chosen()).as("well").contains(failing);
    for (int call = 0; call < 20; call++) {
      breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("scripted"));
    }
    assertThat(chosen()).as("open").doesNotContain(failing).hasSize(3);
    breaker.transitionToHalfOpenState();
    assertThat(chosen()).as("half open").contains(failing);
  }

  private Set<Backend> chosen() {
    return LongStream.range(0, 100).mapToObj(beginning -> choose(demand(Chooser.mix(beginning))))
        .collect(Collectors.toSet());
  }

  @Test
  void soDoesOneThatCouldNotServeForAWhile() {
    Backend back = TestBackends.at(server(0, "", 100, List.of()), Duration.ofSeconds(30));
    TestBackends.report(back, SLOTS, 0);
    back.serves(false);
    back.serves(true);
    back.came("test", List.of(), false);
    assertThat(back.share(System.nanoTime())).as("one that begins as all do").isEqualTo(100.0);
    back.serves(false);
    assertThat(back.isUp()).isFalse();
    back.serves(true);
    long now = System.nanoTime();
    assertThat(back.isUp()).isTrue();
    assertThat(back.share(now)).isBetween(10.0, 12.0);
    assertThat(back.share(now + Duration.ofSeconds(31).toNanos())).isEqualTo(100.0);
  }

  @Test
  void aBackendThatComesBackGetsMoreFromSecondToSecond() {
    Backend back = TestBackends.at(server(0, "", 100, List.of()), Duration.ofSeconds(30));
    members.add(back);
    TestBackends.report(back, SLOTS, 0);
    back.came("test", List.of(), true);
    long now = System.nanoTime();
    assertThat(back.share(now)).isBetween(10.0, 12.0);
    assertThat(back.share(now + Duration.ofSeconds(15).toNanos())).isBetween(54.0, 57.0);
    assertThat(back.share(now + Duration.ofSeconds(31).toNanos())).isEqualTo(100.0);
  }

  @Test
  void laterTurnsOfAConversationBeginLikeItsFirstAndOtherTenantsDoNot() {
    Prompt first = chat("You are kind.", "What is a token?");
    Prompt later = chat("You are kind.", "What is a token?", "A piece of a word.", "And a model?");
    assertThat(PromptPrefix.of(tenant, later)).isEqualTo(PromptPrefix.of(tenant, first));
    assertThat(PromptPrefix.of(tenant, chat("You are kind.", "Another question")))
        .isNotEqualTo(PromptPrefix.of(tenant, first));
    assertThat(PromptPrefix.of(new TenantId(UUID.randomUUID()), first))
        .isNotEqualTo(PromptPrefix.of(tenant, first));
    String manual = "All that you need to know. ".repeat(200);
    assertThat(PromptPrefix.of(tenant, chat(manual, "One?")))
        .isEqualTo(PromptPrefix.of(tenant, chat(manual, "Two?")));
  }

  private static Prompt chat(String system, String... turns) {
    var chat = Chat.newBuilder().addMessages(ChatMessage.newBuilder().setRole("system").setContent(system));
    for (int i = 0; i < turns.length; i++) {
      chat.addMessages(
          ChatMessage.newBuilder().setRole(i % 2 == 0 ? "user" : "assistant").setContent(turns[i]));
    }
    return Prompt.newBuilder().setChat(chat).build();
  }
}
