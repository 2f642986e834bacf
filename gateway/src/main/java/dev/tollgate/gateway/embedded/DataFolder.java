package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that holds all data of the embedded default. One gateway at a time has it; the system frees the lock. */
final class DataFolder implements AutoCloseable {

  /** The secret under which API keys are hashed. */
  static final String PEPPER = "key-pepper";

  private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
  private static final SecureRandom random = new SecureRandom();

  private final Path folder;
  private final FileChannel lock;

  private DataFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens the folder, creating it where it is missing.
   *
   * @throws DataFolderInUseException if another process has it open
   */
  static DataFolder open(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    try {
      if (!Files.exists(folder)) {
        Files.createDirectories(folder);
        log.info("All data are kept in {}", folder);
      }
      FileChannel lock = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
      if (!isLocked(lock)) {
        lock.close();
        throw new DataFolderInUseException(folder);
      }
      return new DataFolder(folder, lock);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use the data folder " + folder, e);
    }
  }

  Path path() {
    return folder;
  }

  Path resolve(String name) {
    return folder.resolve(name);
  }

  /** A random text that is made once and then stays, base64 of that many bytes. Only its owner may read the file. */
  String secret(String name, int bytes) {
    Path file = folder.resolve(name);
    try {
      if (!Files.exists(file)) {
        byte[] secret = new byte[bytes];
        random.nextBytes(secret);
        writeDurably(file, Base64.getEncoder().encodeToString(secret));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep the secret " + file, e);
    }
  }

  boolean has(String mark) {
    return Files.exists(folder.resolve(mark));
  }

  /** Remembers that something was done. */
  void mark(String mark) {
    try {
      writeDurably(folder.resolve(mark), "done");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("The lock of the data folder was not given back cleanly", e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Appears whole or not at all, also when the machine stops in between. */
  private static void writeDurably(Path file, String text) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(draft,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Another gateway has the folder. */
  static final class DataFolderInUseException extends RuntimeException {

    DataFolderInUseException(Path folder) {
      super("Another Tollgate uses the data folder " + folder
          + ". Stop it, or give this one a folder of its own: --tollgate.embedded.data-dir=FOLDER");
    }
  }
}
