package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * A real PostgreSQL as a child process, for the data source to connect to. It comes up in the background; whoever asks
 * where it is waits. One that dies is started again on the same port.
 */
final class EmbeddedPostgres implements JdbcConnectionDetails, DisposableBean {

  /** Where in the data folder the password and the server's files are. */
  static final String PASSWORD = "postgres-password";
  static final String FILES = "postgres";

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration RESTART_AFTER = Duration.ofSeconds(1);

  private final DataFolder folder;
  private final String password;
  private final Path binaries;
  private final int configuredPort;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread supervisor;
  private volatile @Nullable WatchedProcess server;

  private EmbeddedPostgres(DataFolder folder, EmbeddedProperties properties) {
    this.folder = folder;
    this.binaries = properties.binariesFor(folder);
    this.configuredPort = properties.postgresPort();
    this.password = folder.secret(PASSWORD, 24);
    this.supervisor = Thread.ofVirtual().name("embedded-postgres").unstarted(this::supervise);
  }

  static EmbeddedPostgres start(DataFolder folder, EmbeddedProperties properties) {
    var postgres = new EmbeddedPostgres(folder, properties);
    postgres.supervisor.start();
    return postgres;
  }

  @Override
  public String getJdbcUrl() {
    try {
      return PostgresCluster.url(port.join());
    } catch (CompletionException e) {
      throw new IllegalStateException("The embedded PostgreSQL did not start", e.getCause());
    }
  }

  @Override
  public String getUsername() {
    return PostgresCluster.USER;
  }

  @Override
  public String getPassword() {
    return password;
  }

  /** Stops the server, when all who used it are gone. */
  @Override
  public void destroy() {
    stopping.countDown();
    WatchedProcess running = server;
    if (running != null) {
      running.stop();
    }
    try {
      supervisor.join(START);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    try {
      var cluster = PostgresCluster.open(folder.resolve(FILES), binaries, password, ServerUser.find());
      int chosen = configuredPort == 0 ? freePort() : configuredPort;
      launch(cluster, chosen);
      port.complete(chosen);
      while (!isStopping()) {
        awaitExit();
        if (!isStopping()) {
          log.error("PostgreSQL ended; starting it again (its log: {})",
              folder.resolve(FILES).resolve("log"));
          pause(RESTART_AFTER);
          launch(cluster, chosen);
        }
      }
    } catch (IOException | RuntimeException e) {
      if (!port.completeExceptionally(e) && !isStopping()) {
        log.error("PostgreSQL does not start again", e);
      }
    }
  }

  private void launch(PostgresCluster cluster, int chosen) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!isStopping()) {
      WatchedProcess process = cluster.start(chosen);
      server = process;
      if (isStopping()) {
        process.stop();
        return;
      }
      if (answers(process, chosen, deadline)) {
        log.info("PostgreSQL answers on 127.0.0.1:{}", chosen);
        return;
      }
      process.stop();
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "PostgreSQL does not start:\n" + Files.readString(cluster.startLog()));
      }
      // Processes of a server that was killed let go of its memory within moments; until then a new one refuses.
      pause(RESTART_AFTER);
    }
  }

  private boolean answers(WatchedProcess process, int chosen, long deadline) {
    var login = new Properties();
    login.setProperty("user", PostgresCluster.USER);
    login.setProperty("password", password);
    login.setProperty("connectTimeout", "5");
    while (process.isAlive() && System.nanoTime() < deadline && !isStopping()) {
      try (Connection connection = DriverManager.getConnection(
          "jdbc:postgresql://127.0.0.1:" + chosen + "/postgres",
          login)) {
        return connection.isValid(5);
      } catch (SQLException e) {
        log.debug("PostgreSQL is not up yet: {}", e.getMessage());
        pause(Duration.ofMillis(20));
      }
    }
    return false;
  }

  private void awaitExit() {
    WatchedProcess running = server;
    if (running != null) {
      running.onExit().join();
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

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
