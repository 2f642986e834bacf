package dev.tollgate.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A backend process with the demo model, as the README tells to start one. */
final class CpuBackend implements AutoCloseable {

  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")));

  private final Process process;
  private final Path portFile;
  private final Path log;

  private CpuBackend(Process process, Path portFile, Path log) {
    this.process = process;
    this.portFile = portFile;
    this.log = log;
  }

  /** Starts one; {@link #address} waits until it serves. */
  static CpuBackend start(Path folder, int number) throws IOException {
    Path dist = ROOT.resolve("inference-backend/backend/target/dist");
    Path portFile = folder.resolve("port-" + number);
    Path log = folder.resolve("backend-" + number + ".log");
    String java = ProcessHandle.current().info().command().orElse("java");
    List<String> command = List.of(java, "-XX:+UseSerialGC", "-Xmx96m", "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
        dist.resolve("lib") + "/*", "dev.tollgate.inference.server.BackendMain", "--native-dir",
        dist.resolve("native").toString(), "--model",
        RunningTollgate.MODEL + "=" + ROOT.resolve("inference-backend/demo-model/tollgate-demo-q8_0.gguf"),
        "--port-file", portFile.toString(), "--parallel", "32", "--context", "512", "--parent-pid",
        Long.toString(ProcessHandle.current().pid()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
        .start();
    return new CpuBackend(process, portFile, log);
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
