package dev.tollgate.system.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL of its own, from the programs that the run command uses, which the test may stop and start at will. */
final class PostgresServer implements AutoCloseable {

  static final String USER = "postgres";

  private static final String SETTINGS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= "
      + "-c max_connections=120 -c shared_buffers=64MB -c jit=off -c synchronous_commit=on -c timezone=UTC";

  private final Path folder;
  private final Path programs;
  private final int port;
  private boolean closed;

  private PostgresServer(Path folder, Path programs, int port) {
    this.folder = folder;
    this.programs = programs;
    this.port = port;
  }

  static PostgresServer start(Path folder, Path programs, int port) throws InterruptedException {
    var server = new PostgresServer(folder, programs, port);
    server.run("initdb", "-D", server.files(), "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale");
    server.run("pg_ctl", "-D", server.files(), "-l", server.log().toString(), "-o",
        SETTINGS + " -c port=" + port, "-w", "start");
    // Nobody else would end it if the tests were cut off.
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    return server;
  }

  /** How a restart ends the server: {@code FAST} breaks sessions off cleanly, {@code IMMEDIATE} is as a crash. */
  enum Mode {
    FAST, IMMEDIATE
  }

  void restart(Mode mode) throws InterruptedException {
    run("pg_ctl", "-D", files(), "-l", log().toString(), "-m", mode.name().toLowerCase(Locale.ROOT),
        "-w", "restart");
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, "");
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      run("pg_ctl", "-D", files(), "-m", "immediate", "-w", "stop");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String files() {
    return folder.resolve("postgres").toString();
  }

  private Path log() {
    return folder.resolve("postgres.log");
  }

  private void run(String program, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(asWhom());
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    Path output = folder.resolve(program + ".out");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(output.toFile()).start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(program + " failed:\n" + Files.readString(output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** PostgreSQL refuses to be root; in a user namespace of its own root is nobody in particular. */
  private static List<String> asWhom() {
    return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "--user") : List.of();
  }
}
