package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineContract;
import java.nio.file.Path;
import java.time.Duration;
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
