package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineContract;
import dev.tollgate.inference.engine.remote.DemoModel;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;

/** Over the real JNI glue, with the stand-in of the library under it. */
class TensorRtEngineContractTest extends EngineContract {

  private final Engine demo = DemoModel.start();
  private final TokenServer server = new TokenServer(demo);
  private final Engine shared = engine(8, 64);

  TensorRtEngineContractTest() throws IOException {}

  private Engine engine(int parallel, int queue) {
    return StandIn.start(queue,
        "{\"batch_size\": " + parallel + ", \"run_ahead\": 4, \"options\": {\"standin_port\": "
            + server.port() + "}}");
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

  @AfterAll
  void close() throws IOException {
    shared.close();
    server.close();
    demo.close();
  }
}
