package dev.tollgate.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tollgate as its users run it: the script at the root, a data folder, output on the terminal. */
final class RunningTollgate implements AutoCloseable {

  static final String MODEL = "tollgate-demo";
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")));
  private static final Pattern ADDRESS = Pattern.compile("answers at (http://\\S+)");
  private static final Pattern KEY = Pattern.compile("tg_live_[A-Za-z0-9_]+");

  private final Path data;
  private final Path output;
  private final Process process;
  private final String address;

  private RunningTollgate(Path data, Path output, Process process, String address) {
    this.data = data;
    this.output = output;
    this.process = process;
    this.address = address;
  }

  /** Starts it, with further properties if any are given, and waits until it says that it answers. */
  static RunningTollgate start(Path data, String... properties) {
    Path output = data.resolveSibling(data.getFileName() + "-" + System.nanoTime() + ".log");
    try {
      List<String> command = new ArrayList<>(List.of(ROOT.resolve("tollgate").toString(), "run",
          "--server.port=0", "--tollgate.embedded.data-dir=" + data));
      command.addAll(List.of(properties));
      Process process = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true)
          .redirectOutput(output.toFile()).start();
      await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
          .until(() -> !process.isAlive() || ADDRESS.matcher(read(output)).find());
      Matcher matcher = ADDRESS.matcher(read(output));
      if (!matcher.find()) {
        throw new IllegalStateException("Tollgate ended at its start:\n" + read(output));
      }
      return new RunningTollgate(data, output, process, matcher.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return address;
  }

  /** All it has printed so far. */
  String output() {
    return read(output);
  }

  /** The key that its first start printed. */
  String key() {
    Matcher matcher = KEY.matcher(output());
    if (!matcher.find()) {
      throw new IllegalStateException("No key was printed:\n" + output());
    }
    return matcher.group();
  }

  /** The gateway's own process. */
  ProcessHandle gateway() {
    return process.toHandle();
  }

  /** All processes below the gateway, whatever they are. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** The child whose command line has this word in it. */
  ProcessHandle child(String word) {
    return children().stream().filter(child -> commandLine(child).contains(word)).findFirst().orElseThrow();
  }

  static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /** A connection to its database; what it needs for that lies in its data folder. */
  Connection database() throws SQLException, IOException {
    var lines = Files.readAllLines(data.resolve("postgres").resolve("postmaster.pid"));
    String password = Files.readString(data.resolve("postgres-password")).strip();
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + lines.get(3) + "/tollgate",
        "tollgate", password);
  }

  /** Kills the gateway as a crash would, and waits until nothing of it is left. */
  void crash() throws InterruptedException {
    List<ProcessHandle> children = children();
    process.destroyForcibly().waitFor();
    await().atMost(Duration.ofSeconds(20)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Stops it as Ctrl-C does. */
  @Override
  public void close() {
    List<ProcessHandle> children = children();
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("Tollgate did not stop:\n" + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }
}
