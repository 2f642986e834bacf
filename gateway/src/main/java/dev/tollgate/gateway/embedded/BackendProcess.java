package dev.tollgate.gateway.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * The inference backend as a child process. It comes up in the background, with a port of its own choosing; when it dies
 * it is started again, after pauses that grow while it keeps dying.
 */
final class BackendProcess implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(BackendProcess.class);
  private static final Logger output = LoggerFactory.getLogger("dev.tollgate.backend");
  private static final Duration STOPPING = Duration.ofSeconds(20);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  // One that lived so long was well; its end is no reason to be slow.
  private static final Duration WELL_AFTER = Duration.ofMinutes(1);

  private final BackendCommand command;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread supervisor = Thread.ofVirtual().name("embedded-backend").unstarted(this::supervise);
  private @Nullable WatchedProcess process;
  private Optional<String> address = Optional.empty();
  private Consumer<String> onUp = up -> {};
  private Consumer<String> onDown = down -> {};

  private BackendProcess(BackendCommand command) {
    this.command = command;
  }

  static BackendProcess start(BackendCommand command) {
    var backend = new BackendProcess(command);
    backend.supervisor.start();
    return backend;
  }

  /** Tells every {@code host:port} where it comes up, the present one at once, and every one that is gone. */
  synchronized void follow(Consumer<String> up, Consumer<String> down) {
    onUp = up;
    onDown = down;
    address.ifPresent(up);
  }

  @Override
  public void destroy() {
    stopping.countDown();
    WatchedProcess running = current();
    if (running != null) {
      running.stop();
    }
    try {
      supervisor.join(STOPPING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    Duration pause = FIRST_PAUSE;
    while (!isStopping()) {
      long startedAt = System.nanoTime();
      try {
        runOnce();
      } catch (IOException | UncheckedIOException e) {
        log.error("The inference backend does not start", e);
      }
      if (System.nanoTime() - startedAt > WELL_AFTER.toNanos()) {
        pause = FIRST_PAUSE;
      }
      if (!isStopping()) {
        log.error("The inference backend ended; it is started again in {} ms", pause.toMillis());
        pause(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
      }
    }
  }

  private void runOnce() throws IOException {
    Files.deleteIfExists(command.portFile());
    var builder = new ProcessBuilder(command.arguments()).redirectErrorStream(true);
    WatchedProcess started = WatchedProcess.start(builder, WatchedProcess.Signal.TERM, STOPPING);
    setCurrent(started);
    if (isStopping()) {
      started.stop();
    }
    Thread.ofVirtual().name("embedded-backend-output").start(() -> relay(started));
    awaitPort(started).ifPresent(port -> comeUp("127.0.0.1:" + port));
    started.onExit().join();
    goDown();
  }

  private Optional<Integer> awaitPort(WatchedProcess started) throws IOException {
    while (started.isAlive() && !isStopping()) {
      if (Files.exists(command.portFile())) {
        String port = Files.readString(command.portFile()).strip();
        // The line may be seen half written: it counts when it is whole.
        if (port.matches("[0-9]{4,5}")) {
          return Optional.of(Integer.valueOf(port));
        }
      }
      pause(Duration.ofMillis(20));
    }
    return Optional.empty();
  }

  private synchronized void comeUp(String at) {
    address = Optional.of(at);
    onUp.accept(at);
  }

  private synchronized void goDown() {
    address.ifPresent(onDown);
    address = Optional.empty();
  }

  private synchronized void setCurrent(WatchedProcess started) {
    process = started;
  }

  private synchronized @Nullable WatchedProcess current() {
    return process;
  }

  private static void relay(WatchedProcess started) {
    try (var lines = new BufferedReader(new InputStreamReader(started.output(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.info("{}", line);
      }
    } catch (IOException e) {
      log.debug("The backend's output ended", e);
    }
  }

  private void pause(Duration time) {
    try {
      stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }
}
