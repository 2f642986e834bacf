package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native border in processes of their own: under AddressSanitizer, and through a crash. */
class NativeMemoryTest {

  @TempDir
  Path folder;

  @Test
  void touchesNoMemoryThatIsNotItsOwnInTenThousandRequestsOfWhichManyAreCancelled() throws Exception {
    Path library = StandIn.library("-fsanitize=address", "-fno-omit-frame-pointer");
    Path sanitizer = sanitizer();
    assumeTrue(sanitizer.isAbsolute(), "g++ has no AddressSanitizer here");
    ProcessBuilder process = exercise(library.toString(), "10000");
    process.environment().put("LD_PRELOAD", sanitizer.toString());
    // The JVM has its own use for SIGSEGV, and keeps memory to its end.
    process.environment().put("ASAN_OPTIONS",
        "handle_segv=0:detect_leaks=0:allow_user_segv_handler=1:exitcode=77:use_sigaltstack=0");
    assertThat(run(process)).as(said()).isZero();
    assertThat(said()).doesNotContain("AddressSanitizer");
  }

  @Test
  void endsItsOwnProcessOnlyWhenTheLibraryCrashes() throws Exception {
    assertThat(run(exercise(StandIn.library().toString(), "1", "standin-crash"))).as(said())
        .isGreaterThan(128);
  }

  private ProcessBuilder exercise(String... arguments) {
    String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("hs_err"),
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", classes,
            Exercise.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile());
  }

  private static int run(ProcessBuilder command) throws Exception {
    Process process = command.start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("it ends").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String said() throws IOException {
    Path file = folder.resolve("said");
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  private static Path sanitizer() throws Exception {
    Process compiler = new ProcessBuilder("g++", "-print-file-name=libasan.so").start();
    return Path.of(new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
  }
}
