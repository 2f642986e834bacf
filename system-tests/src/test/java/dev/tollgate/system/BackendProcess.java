package dev.tollgate.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A backend process, started as the README tells to. */
final class BackendProcess implements AutoCloseable {

  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")));

  private final Process process;
  private final Path portFile;
  private final Path log;

  private BackendProcess(Process process, Path portFile, Path log) {
    this.process = process;
    this.portFile = portFile;
    this.log = log;
  }

  /** Starts one with the CPU engine and the demo model; {@link #address} waits until it serves. */
  static BackendProcess cpu(Path folder, int number) throws IOException {
    Path dist = ROOT.resolve("inference-backend/backend/target/dist");
    return start(folder, number, "inference-backend/backend/target/dist/lib",
        ROOT.resolve("inference-backend/demo-model/tollgate-demo-q8_0.gguf"),
        List.of("--native-dir", dist.resolve("native").toString(), "--parallel", "32", "--context", "512"));
  }

  /** Starts one with another engine, which a configuration file names. */
  static BackendProcess configured(Path folder, int number, Path configuration) throws IOException {
    return start(folder, number, "inference-backend/engines/target/dist/lib", configuration, List.of());
  }

  private static BackendProcess start(Path folder, int number, String jars, Path model, List<String> flags)
      throws IOException {
    Path portFile = folder.resolve("port-" + number);
    Path log = folder.resolve("backend-" + number + ".log");
    List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
        "-XX:+UseSerialGC", "-Xmx96m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", ROOT.resolve(jars) + "/*",
        "dev.tollgate.inference.server.BackendMain", "--model", RunningTollgate.MODEL + "=" + model,
        "--port-file", portFile.toString(), "--parent-pid", Long.toString(ProcessHandle.current().pid())));
    command.addAll(flags);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
        .start();
    return new BackendProcess(process, portFile, log);
  }

  String address() {
    await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || Files.exists(portFile));
    try {
      if (!process.isAlive()) {
        throw new IllegalStateException("The backend ended at its start:\n" + Files.readString(log));
      }
      return "127.0.0.1:" + Files.readString(portFile).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
