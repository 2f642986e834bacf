package dev.tollgate.inference.engine.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
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
import org.junit.jupiter.api.Test;

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

  @Test
  void givesASeedOnlyToWhatMayHaveToBeDrawnAnew() throws Exception {
    Ask drawn = Ask.user("Hello!").temperature(0.5f).spareSeed(5);
    assertThat(asked(drawn).has("seed")).as("it goes on from its tokens").isFalse();
    assertThat(asked(drawn.seed(6)).get("seed").getAsLong()).as("the caller's own").isEqualTo(6);
    Ask formatted = drawn.format(new ResponseFormat.JsonObject());
    assertThat(asked(formatted).get("seed").getAsLong()).as("a format begins anew").isEqualTo(5);
    assertThat(asked(formatted.temperature(0f)).has("seed")).as("nothing is drawn").isFalse();
  }

  private JsonObject asked(Ask ask) throws Exception {
    ask.most(2).of(shared).finished();
    return server.requests().getLast();
  }

  @AfterAll
  void close() {
    shared.close();
    server.close();
    demo.close();
  }
}
