package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class WatchedProcessTest {

  private static final String TELL_PID_AND_STAY = "echo $$; exec sleep 1000";
  private static final String TELL_PID_AND_IGNORE_TERM = "trap '' TERM; echo $$; while :; do sleep 0.2; done";

  @Test
  void stopsTheChildOnRequest() throws IOException {
    WatchedProcess watched = start(TELL_PID_AND_STAY);
    ProcessHandle child = child(watched);
    watched.stop();
    assertThat(child.isAlive()).isFalse();
    assertThat(watched.isAlive()).isFalse();
    watched.stop();
  }

  @Test
  void killsAChildThatDoesNotHeedTheSignal() throws IOException {
    WatchedProcess watched = start(TELL_PID_AND_IGNORE_TERM);
    ProcessHandle child = child(watched);
    watched.stop();
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void endsWithTheChildAndSaysHowItEnded() throws IOException {
    WatchedProcess watched = start("echo $$; exit 7");
    assertThat(watched.onExit().join()).isEqualTo(7);
  }

  @Test
  void stopsTheChildWhenTheGatewayIsKilled() throws Exception {
    try (var gateway = Jvm.start(Gateway.class)) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(gateway.await("child "))).orElseThrow();
      ProcessHandle shell = child.parent().orElseThrow();
      gateway.kill();
      await().atMost(Duration.ofSeconds(5)).until(() -> !child.isAlive() && !shell.isAlive());
    }
  }

  @Test
  void stopsTheChildWhenTheGatewaysWholeProcessGroupIsEnded() throws Exception {
    try (var gateway = Jvm.startApart(Gateway.class)) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(gateway.await("child "))).orElseThrow();
      ProcessHandle shell = child.parent().orElseThrow();
      gateway.signalGroup("TERM");
      await().atMost(Duration.ofSeconds(5)).until(() -> !child.isAlive() && !shell.isAlive());
    }
  }

  private static WatchedProcess start(String script) throws IOException {
    return WatchedProcess.start(new ProcessBuilder("/bin/sh", "-c", script), WatchedProcess.Signal.TERM,
        Duration.ofSeconds(1));
  }

  private static ProcessHandle child(WatchedProcess watched) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(watched.output(), StandardCharsets.UTF_8));
    return ProcessHandle.of(Long.parseLong(Objects.requireNonNull(reader.readLine()))).orElseThrow();
  }

  /** Starts a child and waits to be killed. */
  static final class Gateway {

    private Gateway() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      WatchedProcess watched = start(TELL_PID_AND_STAY);
      System.out.println("child " + child(watched).pid());
      watched.onExit().join();
    }
  }
}
