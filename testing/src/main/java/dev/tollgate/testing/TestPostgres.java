package dev.tollgate.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL 18 for tests, one server for the whole JVM: in a container where a Docker engine answers, from the
 * binaries in Maven artifacts where none does. Every test class takes a database of its own, which is a copy of a
 * migrated template and costs some ten milliseconds.
 */
public final class TestPostgres {

  private static final Logger log = LoggerFactory.getLogger(TestPostgres.class);
  private static final String TEMPLATE = "tollgate_template";
  /** The system property with PostgreSQL's setting {@code fsync} for a server from binaries: off, or on. */
  public static final String FSYNC = "tollgate.testing.fsync";
  /** The system property with the setting {@code shared_buffers} of such a server, for those that shall not be tiny. */
  public static final String SHARED_BUFFERS = "tollgate.testing.shared-buffers";
  /** The system property with the setting {@code max_wal_size} of such a server: how much it writes between checkpoints. */
  public static final String MAX_WAL_SIZE = "tollgate.testing.max-wal-size";
  /** How long clients that end may do so without any of them closing a session. */
  private static final Duration CLIENTS_MAY_PAUSE = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(50);

  private static final AtomicInteger databases = new AtomicInteger();
  private static final Executor COPYING = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().daemon().name("test-databases-", 0).factory());
  private static final Executor DROPPING = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().daemon().name("dropped-databases-", 0).factory());
  private static CompletableFuture<Database> next = CompletableFuture
      .failedFuture(new IllegalStateException("None was asked for yet"));

  private TestPostgres() {}

  /** Where one test database is; any client may connect with these. */
  public record Database(String url, String user, String password) {

    /** A pool on this database; the caller closes it. */
    public HikariDataSource pool(int size) {
      var config = new HikariConfig();
      config.setJdbcUrl(url);
      config.setUsername(user);
      config.setPassword(password);
      config.setMaximumPoolSize(size);
      config.setMinimumIdle(0);
      return new HikariDataSource(config);
    }

    /**
     * Has the database dropped while the tests go on: hundreds of them, all there until the JVM ends, take gigabytes, and
     * longer to delete than it may take to end.
     */
    public void drop() {
      DROPPING.execute(() -> {
        try {
          Server.INSTANCE
              .execute("DROP DATABASE " + url.substring(url.lastIndexOf('/') + 1) + " WITH (FORCE)");
        } catch (RuntimeException e) {
          log.warn("The database of a test that is over stays: {}", e.toString());
        }
      });
    }
  }

  /** A fresh database with all migrations applied. The next one is copied while the caller works with this one. */
  public static synchronized Database migrated() {
    Database now = next.isCompletedExceptionally() ? create("migrated", TEMPLATE) : next.join();
    next = CompletableFuture.supplyAsync(() -> create("migrated", TEMPLATE), COPYING);
    return now;
  }

  /** A fresh database without any table. */
  public static Database empty() {
    return create("empty", "template0");
  }

  private static Database create(String prefix, String template) {
    String name = prefix + "_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
    Server server = Server.INSTANCE;
    // Two copies of one template at a time are refused by PostgreSQL.
    synchronized (server) {
      server.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
    }
    return server.database(name);
  }

  private static final class Server {

    static final Server INSTANCE = start();

    private final String host;
    private final int port;
    private final String user;
    private final String password;

    private Server(String host, int port, String user, String password) {
      this.host = host;
      this.port = port;
      this.user = user;
      this.password = password;
    }

    private static Server start() {
      Server server = DockerClientFactory.instance().isDockerAvailable() ? container() : binaries();
      server.execute("CREATE DATABASE " + TEMPLATE);
      Database template = server.database(TEMPLATE);
      Flyway.configure().dataSource(template.url(), template.user(), template.password())
          .locations("classpath:db/migrations").load().migrate();
      return server;
    }

    // Lives until the JVM ends; Testcontainers' reaper or the shutdown hook stops it.
    @SuppressWarnings("resource")
    private static Server container() {
      var container = new PostgreSQLContainer("postgres:18");
      container.start();
      log.info("Tests run against PostgreSQL in a container");
      return new Server(container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
          container.getUsername(), container.getPassword());
    }

    // Lives until the JVM ends; the hook below stops it.
    @SuppressWarnings("resource")
    private static Server binaries() {
      try {
        // The library's own choice is not to flush, which tests are glad of and benchmarks must not be.
        var postgres = EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on")
            .setServerConfig("fsync", System.getProperty(FSYNC, "off"))
            .setServerConfig("shared_buffers", System.getProperty(SHARED_BUFFERS, "128MB"))
            .setServerConfig("max_wal_size", System.getProperty(MAX_WAL_SIZE, "1GB"))
            .setRegisterShutdownHook(false).start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres), "stops-postgres"));
        log.info("Tests run against PostgreSQL binaries on port {}: no Docker engine answers",
            postgres.getPort());
        return new Server("127.0.0.1", postgres.getPort(), "postgres", "postgres");
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL for the tests did not start", e);
      }
    }

    /**
     * Hooks run side by side, and applications that end at the same time have things to write down yet: without a server
     * they would wait for it until their time is up.
     */
    private static void stop(EmbeddedPostgres postgres) {
      try (postgres; Connection connection = postgres.getPostgresDatabase().getConnection()) {
        long latest = Long.MAX_VALUE;
        long fell = System.nanoTime();
        while (latest > 0 && System.nanoTime() - fell < CLIENTS_MAY_PAUSE.toNanos()) {
          long clients = clients(connection);
          if (clients < latest) {
            latest = clients;
            fell = System.nanoTime();
          }
          Thread.sleep(LOOK.toMillis());
        }
      } catch (SQLException | IOException e) {
        log.warn("PostgreSQL for the tests did not stop as it should: {}", e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static long clients(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet count = statement.executeQuery("""
              SELECT count(*) FROM pg_stat_activity
              WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
              """)) {
        count.next();
        return count.getLong(1);
      }
    }

    Database database(String name) {
      return new Database("jdbc:postgresql://" + host + ":" + port + "/" + name, user, password);
    }

    void execute(String sql) {
      Database admin = database("postgres");
      try (Connection connection = DriverManager.getConnection(admin.url(), admin.user(), admin.password());
          var statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException("The test database refused: " + sql, e);
      }
    }
  }
}
