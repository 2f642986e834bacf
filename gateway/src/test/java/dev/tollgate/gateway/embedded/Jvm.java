package dev.tollgate.gateway.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway's stand-in that tests may kill: a main class of this test class path in a JVM of its own. */
final class Jvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private Jvm(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Jvm start(Class<?> main, String... arguments) throws IOException {
    return start(new ArrayList<>(), main, arguments);
  }

  /** In a process group of its own. */
  static Jvm startApart(Class<?> main, String... arguments) throws IOException {
    return start(new ArrayList<>(List.of("setsid")), main, arguments);
  }

  private static Jvm start(List<String> command, Class<?> main, String... arguments) throws IOException {
    command.addAll(
        List.of(System.getProperty("java.home") + "/bin/java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp",
            System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new Jvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** The rest of the first line that begins so. */
  String await(String prefix) throws IOException {
    var seen = new StringBuilder();
    for (@Nullable
    String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length()).strip();
      }
      seen.append(line).append('\n');
    }
    throw new IOException("The JVM ended before it said " + prefix + ":\n" + seen);
  }

  /** As {@code kill -9}: it runs no shutdown hook. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Sends a signal to the whole process group, as some supervisors do. */
  void signalGroup(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("/bin/kill", "-s", signal, "--", "-" + process.pid()).start().waitFor();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
