package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.EngineStartException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the backend process. Its exit codes are those of {@link ExitCode}. */
public final class BackendMain {

  private static final Logger log = LoggerFactory.getLogger(BackendMain.class);

  private BackendMain() {}

  public static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.println(Flag.usage());
      return;
    }
    try {
      BackendOptions options = BackendOptions.parse(List.of(arguments), System.getenv());
      new BackendProcess(options).run();
    } catch (OptionsException e) {
      fail(String.valueOf(e.getMessage()), ExitCode.USAGE);
    } catch (EngineStartException e) {
      fail(String.valueOf(e.getMessage()), ExitCode.ENGINE_CANNOT_START);
    } catch (IOException e) {
      fail("cannot listen: " + e.getMessage() + "; choose another --port, --host or --port-file",
          ExitCode.CANNOT_LISTEN);
    } catch (InterruptedException | RuntimeException e) {
      log.error("the backend has failed", e);
      ExitCode.ENGINE_BROKEN.halt();
    }
  }

  private static void fail(String message, ExitCode code) {
    System.err.println(message);
    code.halt();
  }
}
