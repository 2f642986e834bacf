package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineContract;
import dev.tollgate.inference.engine.ResponseFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

class RemoteEngineContractTest extends EngineContract {

  private static final Path FOLDER = folder();

  private final Engine demo = DemoModel.start();
  private final OpenAiServer server = server();
  private final Engine shared = engine(8, 64);

  private static Path folder() {
    try {
      return Files.createDirectories(Path.of("target", "remote-contract"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OpenAiServer server() {
    try {
      return new OpenAiServer(demo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Engine engine(int parallel, int queue) {
    return new Remote(FOLDER, server.port()).with("parallel", parallel).with("run_ahead", 4).start(queue);
  }

  @Override
  protected Engine engine() {
    return shared;
  }

  @Override
  protected Engine ownEngine(int parallel, int queue) {
    return engine(parallel, queue);
  }

  @Override
  protected boolean goesOnInsideFormats() {
    return false;
  }

  @Override
  protected boolean drawsByPlace() {
    return false;
  }

  @Override
  protected Map<String, Ask> refusedHere() {
    return Map.of("takes no grammars", Ask.user("x").format(new ResponseFormat.Grammar("root ::= \"a\"")));
  }

  @AfterAll
  void close() {
    shared.close();
    server.close();
    demo.close();
  }
}
