package dev.tollgate.billing.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All files of one process in a journal folder, which nobody else touches while a lock is held on one of them. The
 * system frees the lock when the process ends, however it ends.
 */
final class Life implements Closeable {

  static final String SEGMENT = ".journal";
  private static final String LOCK = ".lock";
  private static final Pattern NUMBER = Pattern.compile("^(\\d{1,9})-");
  /** Locks that this process holds: opening such a file again and closing it would give the lock up. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final String name;
  private final Path lockFile;
  private final FileChannel lock;

  private Life(Path folder, String name, Path lockFile, FileChannel lock) {
    this.folder = folder;
    this.name = name;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** The life of that name, or null while another process leads it. */
  static @Nullable Life take(Path folder, String name) throws IOException {
    Path lockFile = folder.resolve(name + LOCK).toAbsolutePath().normalize();
    if (!HELD.add(lockFile)) {
      return null;
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel = FileChannel.open(lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      FileLock lock = channel.tryLock();
      taken = lock != null;
      return taken ? new Life(folder, name, lockFile, channel) : null;
    } finally {
      if (!taken) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(lockFile);
      }
    }
  }

  /** The name of the life that a segment belongs to. */
  static String of(Path segment) {
    String file = segment.getFileName().toString();
    int number = file.lastIndexOf('-');
    return number < 0 ? file.substring(0, file.length() - SEGMENT.length()) : file.substring(0, number);
  }

  /** A number that is larger than that of every life of which there is a file in the folder. */
  static long next(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return 1 + files.map(file -> NUMBER.matcher(file.getFileName().toString())).filter(Matcher::find)
          .mapToLong(number -> Long.parseLong(number.group(1))).max().orElse(0);
    }
  }

  Path segment(int number) {
    return folder.resolve("%s-%06d%s".formatted(name, number, SEGMENT));
  }

  Path file(String suffix) {
    return folder.resolve(name + suffix);
  }

  /** Its segments, in the order in which they were written. */
  List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(SEGMENT) && of(file).equals(name))
          .sorted().toList();
    }
  }

  /** Ends it for good: nothing of it is left to be read. */
  void end() throws IOException {
    Files.deleteIfExists(lockFile);
    close();
  }

  @Override
  public void close() throws IOException {
    lock.close();
    HELD.remove(lockFile);
  }
}
