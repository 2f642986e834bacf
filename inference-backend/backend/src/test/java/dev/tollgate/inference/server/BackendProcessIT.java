package dev.tollgate.inference.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.inference.protocol.FinishReason;
import dev.tollgate.inference.protocol.InferenceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend as it is started for real: a process from target/dist. */
class BackendProcessIT {

  private static final Path DIST = Path.of(System.getProperty("tollgate.dist", "target/dist"));
  private static final Path MODEL = Path.of(System.getProperty("tollgate.demo-model", "../demo-model"))
      .resolve("tollgate-demo-q8_0.gguf");
  private static final long PATIENCE_SECONDS = 60;

  @TempDir
  private Path directory = Path.of(".");
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    started.forEach(Process::destroyForcibly);
  }

  private List<String> command(String... flags) {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC", "-Xmx128m", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp", DIST.resolve("lib") + "/*", "dev.tollgate.inference.server.BackendMain"));
    command.addAll(List.of(flags));
    return command;
  }

  private String[] serving(String... more) {
    List<String> flags = new ArrayList<>(List.of("--native-dir", DIST.resolve("native").toString(), "--model",
        "demo=" + MODEL, "--port-file", portFile().toString()));
    flags.addAll(List.of(more));
    return flags.toArray(String[]::new);
  }

  private Path portFile() {
    return directory.resolve("port");
  }

  private Process start(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(directory.resolve("stderr").toFile())
        .redirectOutput(directory.resolve("stdout").toFile()).start();
    started.add(process);
    return process;
  }

  private int port() throws Exception {
    await(() -> Files.exists(portFile()));
    return Integer.parseInt(Files.readString(portFile()).strip());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  private static Client ask(int port, String text, int most) {
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    return Client.ask(InferenceGrpc.newStub(channel), Client.user(text).setMaxOutputTokens(most));
  }

  @Test
  void answersAndFinishesWhatRunsWhenItIsToldToEnd() throws Exception {
    Process process = start(command(serving()));
    int port = port();
    Client client = ask(port, "Tell me a story about a cat.", 200);
    await(() -> client.tokens() > 3);
    process.destroy();
    assertThat(client.finished().getReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    assertThat(exitCode(process)).isZero();
    assertThat(Files.readString(directory.resolve("stdout")))
        .isEqualTo("listening on 127.0.0.1:" + port + "\n");
    assertThat(Files.readString(directory.resolve("stderr"))).doesNotContain("story", "Exception");
  }

  @Test
  void endsWhenItsParentIsKilled() throws Exception {
    String backend = String.join(" ", command(serving("--parent-pid", "$$")).stream()
        .map(word -> word.equals("$$") ? word : "'" + word + "'").toList());
    Process parent = start(
        List.of("sh", "-c", backend + " & echo $! > " + directory.resolve("pid") + "; wait"));
    port();
    ProcessHandle child = ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve("pid")).strip()))
        .orElseThrow();
    assertThat(child.isAlive()).isTrue();
    parent.destroyForcibly();
    await(() -> !child.isAlive());
  }

  @Test
  void endsWhenItsStandardInputEnds() throws Exception {
    Process process = start(command(serving("--watch-stdin", "true")));
    port();
    process.getOutputStream().close();
    assertThat(exitCode(process)).isEqualTo(5);
  }

  @Test
  void startsAgainAfterItWasKilledInTheMiddleOfAnAnswer() throws Exception {
    Process first = start(command(serving()));
    Client client = ask(port(), "Tell me a story about a cat.", 0);
    await(() -> client.tokens() > 0);
    first.destroyForcibly();
    assertThat(org.assertj.core.api.Assertions.catchThrowable(client::finished)).isNotNull();
    exitCode(first);
    Files.delete(portFile());
    start(command(serving()));
    Client again = ask(port(), "What is the capital of France?", 200);
    again.finished();
    assertThat(again.text()).isEqualTo("The capital of France is Paris.");
  }

  @Test
  void saysInOneLineWhyItCannotStart() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.gguf"),
        "GGUF but not really, it only begins like one");
    assertRefuses(2, "unknown flag --wrong", "--wrong", "1");
    assertRefuses(2, "--native-dir is missing", "--model", "demo=" + MODEL);
    assertRefuses(3, "there is no file", "--native-dir", DIST.resolve("native").toString(), "--model",
        "demo=none");
    assertRefuses(3, "is not supported", "--native-dir", DIST.resolve("native").toString(), "--model",
        "demo=" + broken);
    assertRefuses(3, "set --native-dir", "--native-dir", directory.toString(), "--model", "demo=" + MODEL);
    assertRefuses(3, "--context 9999 is more than the 2048", serving("--context", "9999"));
    assertRefuses(3, "is not one that llama.cpp knows", serving("--chat-template", "nonsense"));
  }

  private void assertRefuses(int code, String message, String... flags) throws Exception {
    Process process = start(command(flags));
    assertThat(exitCode(process)).as(message).isEqualTo(code);
    List<String> lines = Files.readAllLines(directory.resolve("stderr"));
    assertThat(lines).as(message).hasSize(1);
    assertThat(lines.getFirst()).contains(message);
  }
}
