package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineContract;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.ResponseFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

class CpuEngineContractTest extends EngineContract {

  private static final LlamaLibrary LIBRARY = LlamaLibrary
      .open(Path.of(System.getProperty("tollgate.native", "target/dist/native")));
  private final Engine shared = engine(8, 64);

  @Override
  protected Engine engine() {
    return shared;
  }

  @Override
  protected Engine ownEngine(int parallel, int queue) {
    return engine(parallel, queue);
  }

  @Override
  protected Map<String, Ask> refusedHere() {
    return Map.ofEntries(
        Map.entry("has no tools",
            Ask.prompt(new Prompt.Chat(List.of(new Prompt.Message("user", "x", "")), "[{}]"))),
        Map.entry("in a row", Ask.user("a".repeat(40_000))),
        Map.entry("cannot be parsed", Ask.user("x").format(new ResponseFormat.Grammar("root := broken"))),
        Map.entry("no left recursion",
            Ask.user("x").format(new ResponseFormat.Grammar("root ::= root \"a\""))),
        Map.entry("nest parentheses",
            Ask.user("x")
                .format(new ResponseFormat.Grammar("root ::= " + "(".repeat(100) + ")".repeat(100)))),
        Map.entry("keyword pattern is not supported",
            Ask.user("x").format(new ResponseFormat.JsonSchema("{\"type\":\"string\",\"pattern\":\"a\"}"))));
  }

  @AfterAll
  void close() {
    shared.close();
  }

  private static Engine engine(int parallel, int queue) {
    CpuSettings settings = new CpuSettings(parallel, 0, 512, 128, 0, 0, queue, Duration.ofMillis(700),
        Duration.ofSeconds(5), null, true);
    return CpuEngine.start(LIBRARY, "demo", DEMO.resolve("tollgate-demo-q8_0.gguf"), settings);
  }
}
