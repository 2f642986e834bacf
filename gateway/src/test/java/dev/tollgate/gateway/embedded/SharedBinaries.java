package dev.tollgate.gateway.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.mock.env.MockEnvironment;

/** The PostgreSQL programs, unpacked once for all tests of this JVM. */
final class SharedBinaries {

  private static final Path FOLDER = unpack();

  private SharedBinaries() {}

  static Path folder() {
    return FOLDER;
  }

  static EmbeddedProperties properties() {
    return EmbeddedProperties.of(
        new MockEnvironment().withProperty("tollgate.embedded.postgres-binaries", FOLDER.toString()));
  }

  private static Path unpack() {
    try {
      Path parent = Files.createTempDirectory("tollgate-test-");
      Path folder = parent.resolve("binaries");
      PostgresBinaries.unpack(folder);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try {
      PostgresBinaries.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
