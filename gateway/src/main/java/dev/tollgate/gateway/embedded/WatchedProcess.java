package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A child process that never outlives the gateway, not even one that is killed: a shell waits on a pipe from the gateway
 * and stops the child when the pipe ends, whatever ended it.
 *
 * <p>Neither is in the gateway's process group. Ctrl-C, or a signal to the whole group, reaches the gateway alone, which
 * first finishes what runs and then stops its children.
 */
final class WatchedProcess {

  // Away from the gateway's process group first: what is sent to that whole group, by a terminal or by whoever stops
  // the gateway, must reach neither the watch nor the child.
  private static final String APART = """
      if command -v setsid >/dev/null 2>&1; then exec setsid /bin/sh -c "$@"; fi
      exec /bin/sh -c "$@"
      """;

  // $1: the signal that stops the child; $2: seconds until it is killed; the rest: the child's command.
  private static final String WATCH = """
      trap '' INT HUP QUIT
      signal=$1 patience=$2
      shift 2
      exec 3<&0
      "$@" 3<&- </dev/null &
      child=$!
      (
        read -r _ <&3
        kill -s "$signal" "$child"
        while [ "$patience" -gt 0 ] && kill -0 "$child"; do sleep 1; patience=$((patience - 1)); done
        kill -s KILL "$child"
      ) >/dev/null 2>&1 &
      watch=$!
      exec 3<&-
      wait "$child"
      status=$?
      kill -s KILL "$watch" 2>/dev/null
      exit "$status"
      """;

  private final Process shell;
  private final Duration patience;

  private WatchedProcess(Process shell, Duration patience) {
    this.shell = shell;
    this.patience = patience;
  }

  /** What stops a child in good order. */
  enum Signal {
    TERM, INT
  }

  /**
   * Starts a child.
   *
   * @param builder its command, folder and output; its input is empty
   * @param patience between the signal and killing it
   */
  static WatchedProcess start(ProcessBuilder builder, Signal signal, Duration patience) throws IOException {
    List<String> command = new ArrayList<>(
        List.of("/bin/sh", "-c", APART, "tollgate-apart", WATCH, "tollgate-watch", signal.name(),
            Long.toString(patience.toSeconds())));
    command.addAll(builder.command());
    return new WatchedProcess(builder.command(command).start(), patience);
  }

  InputStream output() {
    return shell.getInputStream();
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  CompletableFuture<Integer> onExit() {
    return shell.onExit().thenApply(Process::exitValue);
  }

  /** Stops the child and returns when it is gone. Stopping twice does no harm. */
  void stop() {
    try {
      shell.getOutputStream().close();
      if (!shell.waitFor(patience.plusSeconds(5).toMillis(), TimeUnit.MILLISECONDS)) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
      }
    } catch (IOException e) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
