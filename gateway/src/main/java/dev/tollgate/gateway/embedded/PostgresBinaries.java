package dev.tollgate.gateway.embedded;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs, unpacked once from the jar that Maven brought. {@code ./tollgate} does that after it has built,
 * so that the first start need not.
 */
final class PostgresBinaries {

  static final int MAJOR_VERSION = 18;

  private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final int EXECUTABLE = 0100;

  private PostgresBinaries() {}

  /** Unpacks into the folder that the argument names. */
  public static void main(String[] arguments) throws IOException {
    unpack(Path.of(arguments[0]).toAbsolutePath().normalize());
  }

  /** Unpacks into the folder unless it is there, and returns where {@code initdb} and {@code postgres} are. */
  static Path unpack(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      log.info("Unpacking PostgreSQL {} into {}", MAJOR_VERSION, folder);
      Files.createDirectories(folder.getParent());
      Path draft = folder.resolveSibling(folder.getFileName() + ".draft");
      deleteTree(draft);
      try (InputStream archive = archive()) {
        extract(archive, draft);
      }
      // A folder of that name is whole, or it is not there.
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    }
    return folder.resolve("bin");
  }

  static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static InputStream archive() {
    String name = "/postgres-linux-" + architecture() + ".txz";
    InputStream archive = PostgresBinaries.class.getResourceAsStream(name);
    if (archive == null || !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      throw new IllegalStateException(
          "This build has no PostgreSQL for " + System.getProperty("os.name") + " on "
              + System.getProperty("os.arch")
              + ". Run one yourself and set spring.datasource.url, username and password");
    }
    return archive;
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "amd64" -> "x86_64";
      case "aarch64" -> "arm_64";
      default -> name;
    };
  }

  private static void extract(InputStream archive, Path target) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("The archive leads out of its folder: " + entry.getName());
        }
        write(tar, entry, path);
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    try (var file = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
      tar.transferTo(file);
    }
    boolean executable = (entry.getMode() & EXECUTABLE) != 0;
    Files.setPosixFilePermissions(path,
        PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
