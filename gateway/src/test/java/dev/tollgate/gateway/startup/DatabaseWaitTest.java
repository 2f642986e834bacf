package dev.tollgate.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

class DatabaseWaitTest {

  private static final String REFUSED = "08001";
  private static final String STARTS_UP = "57P03";
  private static final String WRONG_PASSWORD = "28P01";

  private final List<String> answers = new ArrayList<>();
  private final List<Long> pauses = new ArrayList<>();
  private long millis;

  private void await(Duration atMost) {
    new DatabaseWait("db", () -> {
      String state = answers.isEmpty() ? REFUSED : answers.removeFirst();
      if (!state.isEmpty()) {
        throw new SQLException("refused with " + state, state);
      }
    }, atMost, () -> millis * 1_000_000, time -> {
      pauses.add(time.toMillis());
      millis += time.toMillis();
    }).await();
  }

  @Test
  void aDatabaseThatAnswersIsNotWaitedFor() {
    answers.add("");
    await(Duration.ofMinutes(1));
    assertThat(pauses).isEmpty();
  }

  @Test
  void oneThatIsStartingIsWaitedForWithGrowingPauses() {
    answers.addAll(List.of(REFUSED, REFUSED, STARTS_UP, STARTS_UP, "53300", REFUSED, REFUSED, ""));
    await(Duration.ofMinutes(1));
    assertThat(pauses).containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 5_000L, 5_000L);
  }

  @Test
  void oneThatRefusesIsLeftToWhoeverUsesItFirst() {
    answers.addAll(List.of(REFUSED, WRONG_PASSWORD));
    await(Duration.ofMinutes(1));
    assertThat(pauses).hasSize(1);
  }

  @Test
  void afterTheBoundItSaysWhatItHasWaitedFor() {
    assertThatThrownBy(() -> await(Duration.ofSeconds(10))).isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The database at db has not answered for 10 s (tollgate.database.wait): refused with 08001");
    assertThat(millis).isEqualTo(10_000);
  }

  @Test
  void aGatewayWhoseDatabaseIsAwayEndsAfterTheBoundAndACommandIsNotKeptWaiting() throws IOException {
    int nobody = freePort();
    try (var gateway = new GenericWebApplicationContext(); var command = new GenericApplicationContext()) {
      var away = TestPropertyValues.of(
          "spring.datasource.url=jdbc:postgresql://127.0.0.1:" + nobody + "/t?a=b",
          "tollgate.database.wait=100ms");
      away.applyTo(gateway);
      away.applyTo(command);
      new DatabaseFirst().initialize(command);
      assertThatThrownBy(() -> new DatabaseFirst().initialize(gateway))
          .hasMessageStartingWith(
              "The database at jdbc:postgresql://127.0.0.1:" + nobody + "/t has not answered");
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
