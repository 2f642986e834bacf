package dev.tollgate.inference.server;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends this process when the one that it serves has ended, however that happened. */
final class ParentWatch {

  private static final Logger log = LoggerFactory.getLogger(ParentWatch.class);
  private static final long INTERVAL_MILLIS = 250;

  private ParentWatch() {}

  static void start(OptionalLong parentPid, boolean stdin, ScheduledExecutorService timer) {
    if (parentPid.isPresent()) {
      watchProcess(parentPid.getAsLong(), timer);
    }
    if (stdin) {
      Thread.ofPlatform().name("stdin-watch").daemon(true).start(ParentWatch::watchStdin);
    }
  }

  private static void watchProcess(long pid, ScheduledExecutorService timer) {
    Optional<ProcessHandle> parent = ProcessHandle.of(pid);
    if (parent.isEmpty()) {
      end();
      return;
    }
    boolean isOurParent = ourParent() == pid;
    var _ = timer.scheduleAtFixedRate(() -> {
      // A killed parent that nobody has waited for still looks alive, but no longer is our parent.
      if (!parent.get().isAlive() || (isOurParent && ourParent() != pid)) {
        end();
      }
    }, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static long ourParent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L);
  }

  private static void watchStdin() {
    try {
      byte[] ignored = new byte[256];
      while (System.in.read(ignored) >= 0) {
        // What is written there means nothing; only its end does.
      }
    } catch (IOException _) {
      // A broken pipe is an end, too.
    }
    end();
  }

  private static void end() {
    log.info("the process that this backend served has ended");
    ExitCode.PARENT_GONE.halt();
  }
}
