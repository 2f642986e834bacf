package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract for engines that ask another process for tokens: here one with the demo model, whose language the engine
 * speaks. None of these can go on in the middle of a format, or draw by a token's place.
 *
 * @param <S> that process
 */
public abstract class RelayContract<S extends AutoCloseable> extends EngineContract {

  private Engine demo;
  private S server;
  private Engine shared;

  /** Starts the process. */
  protected abstract S serve(Engine model) throws Exception;

  /** An engine that asks it. */
  protected abstract Engine engine(S asked, int parallel, int queue);

  @BeforeAll
  void start() throws Exception {
    demo = DemoModel.start();
    server = serve(demo);
    shared = engine(server, 8, 64);
  }

  protected final S server() {
    return server;
  }

  @Override
  protected Engine engine() {
    return shared;
  }

  @Override
  protected Engine ownEngine(int parallel, int queue) {
    return engine(server, parallel, queue);
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
  void close() throws Exception {
    shared.close();
    server.close();
    demo.close();
  }
}
