package dev.tollgate.gateway.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the inference backend is started.
 *
 * @param portFile where it writes the port it chose, once it serves
 */
record BackendCommand(List<String> arguments, Path portFile) {

  static BackendCommand of(EmbeddedProperties properties, Path portFile) {
    Path dist = properties.backendDist().toAbsolutePath().normalize();
    Path model = properties.model().toAbsolutePath().normalize();
    // The compiler's first tier is enough for what is Java here; the work is done in native code.
    List<String> command = new ArrayList<>(
        List.of(java(), "-Xmx" + properties.backendHeap(), "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(properties.backendOptions());
    command.addAll(List.of("-cp", dist.resolve("lib") + "/*",
        "dev.tollgate.inference.server.BackendMain",
        "--port", "0",
        "--port-file", portFile.toString(),
        "--native-dir", dist.resolve("native").toString(),
        "--model", properties.modelName() + "=" + model,
        "--parallel", Integer.toString(properties.parallel()),
        // A second guard besides the watching shell: the backend ends when this process does.
        "--parent-pid", Long.toString(ProcessHandle.current().pid())));
    return new BackendCommand(List.copyOf(command), portFile);
  }

  /** What is missing on disk, if anything. */
  static Optional<Path> missing(EmbeddedProperties properties) {
    return List.of(properties.backendDist().resolve("lib"), properties.model()).stream()
        .map(path -> path.toAbsolutePath().normalize()).filter(path -> !Files.exists(path)).findFirst();
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
