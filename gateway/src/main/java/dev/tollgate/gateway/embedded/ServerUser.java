package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL runs, which refuses to be root. An ordinary user runs it plainly. Root gives its rights up for it:
 * in a user namespace of its own where the system allows one, so that the files stay root's; else as the user
 * {@code nobody}, who then gets the files.
 */
final class ServerUser {

  private static final int NOBODY = 65534;
  private static final List<String> NAMESPACE = List.of("unshare", "--user");
  private static final List<String> BECOME_NOBODY = List.of("setpriv", "--reuid=" + NOBODY,
      "--regid=" + NOBODY,
      "--clear-groups");

  private final List<String> prefix;
  private final boolean nobody;

  private ServerUser(List<String> prefix, boolean nobody) {
    this.prefix = prefix;
    this.nobody = nobody;
  }

  static ServerUser find() throws IOException {
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      return new ServerUser(List.of(), false);
    }
    if (works(NAMESPACE)) {
      return new ServerUser(NAMESPACE, false);
    }
    if (works(BECOME_NOBODY)) {
      return nobody();
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither unshare nor setpriv works here: start Tollgate as another user");
  }

  static ServerUser nobody() {
    return new ServerUser(BECOME_NOBODY, true);
  }

  List<String> command(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(program.toString());
    command.addAll(arguments);
    return command;
  }

  /** Makes the folder, all that is in it, this user's. */
  void own(Path folder) throws IOException {
    if (!nobody) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        if (!Files.isSymbolicLink(path)) {
          Files.setAttribute(path, "unix:uid", NOBODY);
          Files.setAttribute(path, "unix:gid", NOBODY);
        }
      }
    }
    checkReachable(folder);
  }

  /** Says clearly what PostgreSQL's own message would not. */
  void checkReachable(Path path) throws IOException {
    List<String> reading = command(Path.of("test"), List.of("-r", path.toString()));
    if (nobody && !succeeds(new ProcessBuilder(reading).start())) {
      throw new IllegalStateException(
          "As root, Tollgate runs PostgreSQL as the user nobody here, who cannot reach "
              + path + ": choose another tollgate.embedded.data-dir, or start Tollgate as another user");
    }
  }

  private static boolean works(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return succeeds(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      // The program is not installed.
      return false;
    }
  }

  private static boolean succeeds(Process process) {
    try {
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }
}
