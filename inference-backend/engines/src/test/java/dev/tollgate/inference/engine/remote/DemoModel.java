package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.cpu.CpuEngine;
import dev.tollgate.inference.engine.cpu.CpuSettings;
import dev.tollgate.inference.engine.cpu.LlamaLibrary;
import java.nio.file.Path;
import java.time.Duration;

/** The demo model on the processor: what the test's servers answer with. */
public final class DemoModel {

  public static final Path FOLDER = Path.of(System.getProperty("tollgate.demo-model", "../demo-model"))
      .toAbsolutePath().normalize();
  private static final LlamaLibrary LIBRARY = LlamaLibrary
      .open(Path.of(System.getProperty("tollgate.native", "../backend/target/dist/native")));

  private DemoModel() {}

  public static CpuEngine start() {
    CpuSettings settings = new CpuSettings(16, 0, 512, 128, 0, 0, 256, Duration.ofMinutes(5),
        Duration.ofMinutes(5),
        null, true);
    return CpuEngine.start(LIBRARY, "demo", FOLDER.resolve("tollgate-demo-q8_0.gguf"), settings);
  }
}
