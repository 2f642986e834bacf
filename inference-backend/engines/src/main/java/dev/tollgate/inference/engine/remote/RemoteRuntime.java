package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.relay.Order;
import dev.tollgate.inference.engine.relay.RuntimeLoad;
import dev.tollgate.inference.engine.relay.TokenRuntime;
import dev.tollgate.inference.engine.relay.TokenSink;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A remote server as a runtime: every run is a request of its own. */
final class RemoteRuntime implements TokenRuntime {

  private static final long CHECK_MILLIS = 100;
  private static final int CHECKS_BETWEEN_PROBES = 20;

  private final RemoteSettings settings;
  private final RemoteServer server;
  private final RemoteBody bodies;
  private final ChunkReader reader;
  private final RemoteOutages outages = new RemoteOutages();
  private final Set<RemoteRun> runs = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watch = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("remote-watch").daemon(true).factory());
  private int checks;

  RemoteRuntime(RemoteSettings settings, RemoteServer server, ChunkReader reader) {
    this.settings = settings;
    this.server = server;
    this.reader = reader;
    this.bodies = new RemoteBody(settings);
    var _ = watch.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void check() {
    long now = System.nanoTime();
    runs.forEach(run -> run.checkLimits(now, settings.firstTokenLimit(), settings.tokenLimit()));
    checks++;
    if (outages.away() && checks % CHECKS_BETWEEN_PROBES == 0) {
      try {
        if (server.answers()) {
          outages.reached();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Run begin(Order order, TokenSink sink) {
    RemoteRun run = new RemoteRun(server, reader, sink, order.ids().size());
    runs.add(run);
    run.begin(bodies.of(order), outages, () -> runs.remove(run));
    return run;
  }

  @Override
  public boolean continues() {
    return settings.server().takesIds();
  }

  @Override
  public RuntimeLoad load() {
    return RuntimeLoad.UNKNOWN;
  }

  @Override
  public boolean healthy() {
    return true;
  }

  @Override
  public Optional<String> trouble() {
    return outages.away()
        ? Optional.of("the server at " + settings.url().getAuthority() + " cannot be reached; is it running?")
        : Optional.empty();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    runs.forEach(RemoteRun::cancel);
    server.close();
  }
}
