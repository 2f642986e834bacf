package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.remote.RelayContract;
import java.io.IOException;

/** Over the real JNI glue, with the stand-in of the library under it. */
class TensorRtEngineContractTest extends RelayContract<TokenServer> {

  @Override
  protected TokenServer serve(Engine model) throws IOException {
    return new TokenServer(model);
  }

  @Override
  protected Engine engine(TokenServer asked, int parallel, int queue) {
    return StandIn.start(queue,
        "{\"batch_size\": " + parallel + ", \"run_ahead\": 4, \"options\": {\"standin_port\": " + asked.port()
            + "}}");
  }
}
