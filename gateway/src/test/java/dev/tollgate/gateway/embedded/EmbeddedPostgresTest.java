package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.mock.env.MockEnvironment;

@Execution(ExecutionMode.CONCURRENT)
class EmbeddedPostgresTest {

  private static final Duration GONE = Duration.ofSeconds(15);

  @TempDir
  private Path temporary;

  @Test
  void findsTheSameDataAfterAStopInGoodOrderAndTakesNoOtherPassword() throws Exception {
    try (var folder = DataFolder.open(temporary)) {
      EmbeddedPostgres first = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      execute(first, "CREATE TABLE kept AS SELECT 42 AS answer");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> DriverManager.getConnection(first.getJdbcUrl(), "tollgate", "guessed"))
          .withMessageContaining("password");
      first.destroy();
      assertThat(servers()).isEmpty();
      EmbeddedPostgres second = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      assertThat(query(second, "SELECT answer FROM kept")).isEqualTo("42");
      second.destroy();
    }
  }

  @Test
  void keepsItsPromisesOfDurabilityAndListensOnTheLoopbackInterfaceOnly() throws Exception {
    try (var folder = DataFolder.open(temporary)) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(postgres, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(postgres, "SHOW unix_socket_directories")).isEmpty();
      assertThat(query(postgres, "SHOW server_version")).startsWith("18.");
      assertThat(folder.resolve("postgres-initdb-password")).doesNotExist();
      postgres.destroy();
    }
  }

  @Test
  void leavesNoServerWhenTheGatewayIsKilledAndRecoversWhatWasCommitted() throws Exception {
    try (var gateway = Jvm.start(Gateway.class, temporary.toString(), SharedBinaries.folder().toString())) {
      gateway.await("committed");
      assertThat(servers()).isNotEmpty();
      gateway.kill();
    }
    // At once, while the old server may still be stopping.
    try (var folder = DataFolder.open(temporary)) {
      EmbeddedPostgres next = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      assertThat(query(next, "SELECT answer FROM committed")).isEqualTo("42");
      next.destroy();
    }
    await().atMost(GONE).until(() -> servers().isEmpty());
  }

  @Test
  void leavesNoServerWhenTheGatewayIsKilledAndNobodyStartsAnother() throws Exception {
    try (var gateway = Jvm.start(Gateway.class, temporary.toString(), SharedBinaries.folder().toString())) {
      gateway.await("committed");
      gateway.kill();
      await().atMost(GONE).until(() -> servers().isEmpty());
    }
  }

  @Test
  void startsTheServerAgainOnTheSamePortWhenItIsKilled() throws Exception {
    try (var folder = DataFolder.open(temporary)) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      execute(postgres, "CREATE TABLE kept AS SELECT 42 AS answer");
      postmaster().destroyForcibly();
      await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
          .until(() -> query(postgres, "SELECT answer FROM kept").equals("42"));
      postgres.destroy();
    }
  }

  @Test
  void isNotKeptFromStartingByAProcessNumberThatAnotherProgramHasNow() throws Exception {
    try (var folder = DataFolder.open(temporary)) {
      EmbeddedPostgres first = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      execute(first, "CREATE TABLE kept AS SELECT 42 AS answer");
      List<String> pidFile = Files.readAllLines(folder.resolve("postgres/postmaster.pid"));
      first.destroy();
      pidFile.set(0, Long.toString(ProcessHandle.current().pid()));
      Files.write(folder.resolve("postgres/postmaster.pid"), pidFile);
      EmbeddedPostgres second = EmbeddedPostgres.start(folder, SharedBinaries.properties());
      assertThat(query(second, "SELECT answer FROM kept")).isEqualTo("42");
      second.destroy();
    }
  }

  @Test
  void startsAnewWhereCreatingTheDatabaseWasCutShort() throws Exception {
    Files.createDirectories(temporary.resolve("postgres-draft/base"));
    Files.createDirectories(temporary.resolve("postgres-programs-18.draft/bin"));
    try (var folder = DataFolder.open(temporary)) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder,
          EmbeddedProperties.of(new MockEnvironment()));
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
      postgres.destroy();
    }
  }

  @Test
  void runsAsNobodyWhereRootMayNotOpenANamespace() throws Exception {
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    var cluster = PostgresCluster.open(temporary.resolve("postgres"), temporary.resolve("binaries"), "secret",
        ServerUser.nobody());
    WatchedProcess server = cluster.start(0xC0DE);
    String url = PostgresCluster.url(0xC0DE);
    await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
      try (Connection connection = DriverManager.getConnection(url, PostgresCluster.USER, "secret")) {
        return connection.isValid(1);
      }
    });
    server.stop();
    assertThat(servers()).isEmpty();
  }

  /** The processes that work in this test's folder, as all of a server's do. */
  private List<ProcessHandle> servers() {
    return ProcessHandle.allProcesses().filter(process -> {
      try {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
            .startsWith(temporary);
      } catch (IOException e) {
        // It is gone, or not ours.
        return false;
      }
    }).toList();
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(temporary.resolve("postgres/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = open(postgres); var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = open(postgres); var statement = connection.createStatement()) {
      var rows = statement.executeQuery(sql);
      rows.next();
      return rows.getString(1);
    }
  }

  private static Connection open(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword());
  }

  /** Commits something and waits to be killed. */
  static final class Gateway {

    private Gateway() {}

    public static void main(String[] arguments) throws Exception {
      DataFolder folder = DataFolder.open(Path.of(arguments[0]));
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, EmbeddedProperties.of(new MockEnvironment()
          .withProperty("tollgate.embedded.postgres-binaries", arguments[1])));
      execute(postgres, "CREATE TABLE committed AS SELECT 42 AS answer");
      System.out.println("committed");
      Thread.currentThread().join();
    }
  }
}
