package dev.tollgate.inference.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendOptionsTest {

  private static final String[] NEEDED = {"--native-dir", "native", "--model", "demo=demo.gguf"};

  private static List<String> with(String... more) {
    var all = new java.util.ArrayList<>(List.of(NEEDED));
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void takesFlagsBeforeTheEnvironmentBeforeDefaults() throws Exception {
    BackendOptions options = BackendOptions.parse(with("--parallel", "3", "--pause-limit", "500ms"),
        Map.of("TOLLGATE_BACKEND_PARALLEL", "5", "TOLLGATE_BACKEND_QUEUE", "7"));
    assertThat(options.settings().parallel()).isEqualTo(3);
    assertThat(options.settings().queueLimit()).isEqualTo(7);
    assertThat(options.settings().pauseLimit()).isEqualTo(Duration.ofMillis(500));
    assertThat(options.drainLimit()).isEqualTo(Duration.ofSeconds(20));
    assertThat(options.models()).containsEntry("demo", Path.of("demo.gguf"));
    assertThat(options.host()).isEqualTo("127.0.0.1");
  }

  @Test
  void saysWhatToDoAboutWrongFlags() {
    Map<String, List<String>> wrong = Map.of("unknown flag --prot", with("--prot", "1"),
        "--port needs a value",
        with("--port"), "must be a whole number from 0 to 65535", with("--port", "70000"), "from 1 to 256",
        with("--parallel", "x"), "duration like 500ms", with("--pause-limit", "10"), "must be end or skip",
        with("--control-tokens", "maybe"), "needs a name and a file", with("--model", "demo.gguf"),
        "is given twice",
        with("--model", "demo=other.gguf"), "--model is missing", List.of("--native-dir", "native"));
    wrong.forEach((message, arguments) -> assertThatThrownBy(() -> BackendOptions.parse(arguments, Map.of()))
        .as(message).isInstanceOf(OptionsException.class).hasMessageContaining(message));
  }

  @Test
  void explainsEachFlagInItsUsage() {
    for (Flag flag : Flag.values()) {
      assertThat(Flag.usage()).contains(flag.flag());
    }
  }
}
