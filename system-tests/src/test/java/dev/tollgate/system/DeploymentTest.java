package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shipped for containers, as far as it can be told without an engine that runs them. */
class DeploymentTest {

  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")));

  static List<Path> containerFiles() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("deploy"))) {
      return files.filter(file -> file.toString().endsWith(".Dockerfile")).sorted().toList();
    }
  }

  @Test
  void theComposeFileKeepsToTheSpecificationAndNamesNothingThatIsNotThere() throws Exception {
    Path validate = ROOT.resolve("deploy/validate");
    assertThat(
        run("npm", "ci", "--prefix", validate.toString(), "--no-audit", "--no-fund", "--ignore-scripts"))
        .doesNotContain("npm error");
    assertThat(run("node", validate.resolve("validate.mjs").toString(),
        ROOT.resolve("docker-compose.yml").toString()))
        .isEqualTo("COMPOSE OK");
  }

  @Test
  void aComposeFileThatDoesNotIsCaught(@TempDir Path folder) throws Exception {
    Path validate = ROOT.resolve("deploy/validate");
    run("npm", "ci", "--prefix", validate.toString(), "--no-audit", "--no-fund", "--ignore-scripts");
    Path wrong = folder.resolve("docker-compose.yml");
    Files.writeString(wrong, Files.readString(ROOT.resolve("docker-compose.yml"))
        .replace("depends_on:", "depends_on:\n      nowhere:\n        condition: service_started")
        .replace("internal: true", "internl: true"));
    Process process = new ProcessBuilder("node", validate.resolve("validate.mjs").toString(),
        wrong.toString())
        .redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("names nowhere", "internl", "which is not there");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("containerFiles")
  void everyContainerIsBuiltInStagesAndRunsWithoutPrivileges(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> from = lines.stream().filter(line -> line.startsWith("FROM ")).toList();
    assertThat(from).hasSizeGreaterThan(1).allMatch(line -> line.contains(":${"),
        "names a version by argument");
    List<String> last = lines.subList(lines.lastIndexOf(from.getLast()), lines.size());
    assertThat(last).contains("USER 10001:10001").anyMatch(line -> line.startsWith("ENTRYPOINT [\""));
    assertThat(last.subList(last.indexOf("USER 10001:10001"), last.size()))
        .noneMatch(line -> line.startsWith("RUN "));
    assertThat(last).filteredOn(line -> line.startsWith("COPY ")).allMatch(line -> line.contains("--from="));
  }

  /** Fonts and libraries come through npm, which Maven's image does not have. */
  @ParameterizedTest
  @MethodSource("containerFiles")
  void everyContainerIsBuiltWithNpmAtHand(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).contains("FROM node:${NODE_VERSION}-bookworm-slim AS node")
        .containsSubsequence("COPY --from=node /usr/local/ /usr/local/", "COPY . .");
  }

  /** The engines' tests need a jar of tests, so a build that leaves tests out altogether does not resolve. */
  @ParameterizedTest
  @ValueSource(strings = {"backend", "backend-gpu"})
  void theBackendsAreBuiltWithTheirTestsCompiledAndNotRun(String name) throws IOException {
    assertThat(Files.readString(ROOT.resolve("deploy/" + name + ".Dockerfile")))
        .contains("-DskipTests", "-pl inference-backend/engines -am package")
        .doesNotContain("maven.test.skip");
  }

  @Test
  void theImageOfTheGpuIsNvidiasWithTritonAndTensorRtLlm() throws IOException {
    assertThat(Files.readString(ROOT.resolve("deploy/backend-gpu.Dockerfile")))
        .contains("FROM nvcr.io/nvidia/tritonserver:${TRITON_VERSION}-trtllm-python-py3",
            "TRTLLM_ORCHESTRATOR=1");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }
}
