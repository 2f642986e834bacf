package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the process: load, listen, serve, drain, end. */
final class BackendProcess {

  private static final Logger log = LoggerFactory.getLogger(BackendProcess.class);
  private static final Duration HEALTH_INTERVAL = Duration.ofMillis(250);

  private final BackendOptions options;
  private final ScheduledExecutorService timer = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("timer").daemon(true).factory());

  BackendProcess(BackendOptions options) {
    this.options = options;
  }

  /** Serves until the process is told to end. */
  void run() throws IOException, InterruptedException {
    ParentWatch.start(options.parentPid(), options.watchStdin(), timer);
    List<Engine> engines = new Engines(options, System.getenv()).start();
    BackendServer server = new BackendServer(engines, timer);
    int port = server.start(options.host(), options.port());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "shutdown"));
    var _ = timer.scheduleAtFixedRate(() -> check(engines, server), HEALTH_INTERVAL.toMillis(),
        HEALTH_INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
    announce(port);
    // All other threads are daemons, so that none of them can keep a broken process alive.
    server.awaitEnd();
  }

  /** Says where to connect; readers of the file never see half of it. */
  private void announce(int port) throws IOException {
    Path file = options.portFile();
    if (file != null) {
      Path whole = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
      Files.writeString(whole, port + "\n");
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }
    System.out.println("listening on " + options.host() + ":" + port);
    System.out.flush();
  }

  private static void check(List<Engine> engines, BackendServer server) {
    for (Engine engine : engines) {
      if (!engine.healthy()) {
        log.error("model {} can no longer be run; the process ends so that a new one can be started",
            engine.model().name());
        ExitCode.ENGINE_BROKEN.halt();
      }
    }
    server.reportHealth();
  }

  private void end(BackendServer server) {
    log.info("draining for {} s at most", options.drainLimit().toSeconds());
    timer.shutdown();
    server.end(options.drainLimit());
    log.info("drained");
    ExitCode.DONE.halt();
  }
}
