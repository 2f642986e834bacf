package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of the database on disk, and the commands on them. */
final class PostgresCluster {

  static final String USER = "tollgate";
  private static final String DATABASE = "tollgate";

  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);
  private static final Duration STOPPING = Duration.ofSeconds(60);

  private final Path files;
  private final Path programs;
  private final Path startLog;
  private final ServerUser user;

  private PostgresCluster(Path files, Path programs, ServerUser user) {
    this.files = files;
    this.programs = programs;
    this.startLog = beside(files, "start.log");
    this.user = user;
  }

  /**
   * Opens the cluster, unpacking the programs and creating the files where they are missing.
   *
   * @param files PostgreSQL's data directory; drafts and the log of the start lie beside it
   * @param binaries where the programs are or come to be
   */
  static PostgresCluster open(Path files, Path binaries, String password, ServerUser user)
      throws IOException {
    var cluster = new PostgresCluster(files, PostgresBinaries.unpack(binaries), user);
    user.checkReachable(cluster.programs);
    if (Files.exists(files)) {
      user.own(files);
      cluster.checkVersion();
      cluster.clearStalePid();
    } else {
      cluster.create(password);
    }
    return cluster;
  }

  /** The port of the server that uses these files now, if one does. */
  static OptionalInt runningPort(Path files) throws IOException {
    Path pidFile = files.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return OptionalInt.empty();
    }
    // Line 4, see PostgreSQL's src/include/utils/pidfile.h.
    return Files.readString(pidFile).lines().skip(3).limit(1).mapToInt(Integer::parseInt).findFirst();
  }

  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /** Where the server writes what goes wrong before its own log is open. */
  Path startLog() {
    return startLog;
  }

  WatchedProcess start(int port) throws IOException {
    var server = new ProcessBuilder(user.command(programs.resolve("postgres"), arguments(port)))
        .redirectErrorStream(true).redirectOutput(startLog.toFile());
    // SIGINT is the fast shutdown: sessions are ended, everything is written.
    return WatchedProcess.start(server, WatchedProcess.Signal.INT, STOPPING);
  }

  private List<String> arguments(int port) {
    List<String> arguments = new ArrayList<>(List.of("-D", files.toString()));
    for (String setting : List.of("port=" + port, "listen_addresses=127.0.0.1", "unix_socket_directories=",
        "max_connections=60", "shared_buffers=64MB", "max_wal_size=512MB", "jit=off", "timezone=UTC",
        "log_timezone=UTC", "logging_collector=on", "log_directory=log", "log_filename=postgresql-%a.log",
        "log_truncate_on_rotation=on", "log_rotation_size=0", "cluster_name=tollgate")) {
      arguments.add("-c");
      arguments.add(setting);
    }
    return arguments;
  }

  private void create(String password) throws IOException {
    log.info("Creating the database in {}", files);
    Path draft = beside(files, "draft");
    Path passwordFile = beside(files, "initdb-password");
    PostgresBinaries.deleteTree(draft);
    Files.createDirectory(draft);
    Files.writeString(passwordFile, password);
    user.own(draft);
    user.own(passwordFile);
    try {
      run("initdb", "", List.of("-D", draft.toString(), "-U", USER, "--pwfile=" + passwordFile,
          "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8", "--no-instructions"));
    } finally {
      Files.delete(passwordFile);
    }
    run("postgres", "CREATE DATABASE " + DATABASE + "\n",
        List.of("--single", "-D", draft.toString(), "postgres"));
    Files.move(draft, files, StandardCopyOption.ATOMIC_MOVE);
  }

  private void run(String program, String input, List<String> arguments) throws IOException {
    Process process = new ProcessBuilder(user.command(programs.resolve(program), arguments))
        .redirectErrorStream(true).redirectOutput(startLog.toFile()).start();
    try (var writer = process.outputWriter()) {
      writer.write(input);
    }
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(program + " failed:\n" + Files.readString(startLog));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + program + " ran", e);
    }
  }

  private static Path beside(Path files, String suffix) {
    return files.resolveSibling(files.getFileName() + "-" + suffix);
  }

  private void checkVersion() throws IOException {
    String version = Files.readString(files.resolve("PG_VERSION")).strip();
    if (!version.equals(Integer.toString(PostgresBinaries.MAJOR_VERSION))) {
      throw new IllegalStateException("The data in " + files + " are PostgreSQL " + version
          + "'s; this Tollgate has "
          + PostgresBinaries.MAJOR_VERSION + ". Carry them over with pg_upgrade, or choose another folder");
    }
  }

  /**
   * A server that lost its gateway may still be stopping: wait for it. A process number that another program has got
   * since would keep PostgreSQL from starting for ever: forget it. The rest, PostgreSQL recovers from by itself.
   */
  private void clearStalePid() throws IOException {
    Path pidFile = files.resolve("postmaster.pid");
    Optional<ProcessHandle> process = recordedProcess(pidFile);
    if (process.isEmpty()) {
      return;
    }
    if (process.get().info().command().filter(command -> command.endsWith("/postgres")).isPresent()) {
      log.info("Waiting for the database server of an earlier run to stop");
      awaitEnd(process.get());
    } else {
      Files.deleteIfExists(pidFile);
    }
  }

  private static Optional<ProcessHandle> recordedProcess(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    String pid = Files.readString(pidFile).lines().findFirst().orElse("").strip();
    return pid.matches("[0-9]{1,18}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
  }

  private void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(STOPPING.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException(
          "A PostgreSQL server (process " + process.pid() + ") still uses " + files + ": stop it first", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while an earlier server stops", e);
    }
  }
}
