package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell script in the backend's place, which tells its own process number as its port. */
class BackendProcessTest {

  @TempDir
  private Path temporary;
  private final List<String> events = new CopyOnWriteArrayList<>();
  private BackendProcess backend;

  @BeforeEach
  void start() {
    Path portFile = temporary.resolve("port");
    String script = "echo $$ >> " + temporary.resolve("pids") + "; echo $((10000 + $$ % 10000)) > " + portFile
        + "; exec sleep 1000";
    backend = BackendProcess.start(new BackendCommand(List.of("/bin/sh", "-c", script), portFile));
    backend.follow(up -> events.add("up"), down -> events.add("down"));
  }

  @AfterEach
  void stop() {
    backend.destroy();
  }

  @Test
  void tellsWhereItIsAlsoToWhoAsksLater() {
    await().until(() -> events.equals(List.of("up")));
    var later = new CopyOnWriteArrayList<String>();
    backend.follow(later::add, down -> {});
    assertThat(later).singleElement().asString().startsWith("127.0.0.1:1");
  }

  @Test
  void startsTheBackendAgainWhenItDies() throws Exception {
    await().until(() -> events.equals(List.of("up")));
    process(0).destroyForcibly();
    await().atMost(Duration.ofSeconds(5)).until(() -> events.equals(List.of("up", "down", "up")));
    assertThat(process(1).isAlive()).isTrue();
  }

  @Test
  void leavesNoProcessWhenStopped() throws Exception {
    await().until(() -> events.equals(List.of("up")));
    ProcessHandle running = process(0);
    backend.destroy();
    assertThat(running.isAlive()).isFalse();
    assertThat(events).containsExactly("up", "down");
  }

  private ProcessHandle process(int start) throws Exception {
    String pid = Files.readAllLines(temporary.resolve("pids")).get(start);
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }
}
