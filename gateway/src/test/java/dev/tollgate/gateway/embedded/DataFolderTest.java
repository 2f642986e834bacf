package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir
  private Path temporary;

  @Test
  void makesASecretOnceThatOnlyItsOwnerMayRead() throws IOException {
    String first;
    try (var folder = DataFolder.open(temporary.resolve("data"))) {
      first = folder.secret("pepper", 32);
      assertThat(Base64.getDecoder().decode(first)).hasSize(32);
      assertThat(folder.secret("other", 32)).isNotEqualTo(first);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("pepper"))))
          .isEqualTo("rw-------");
    }
    try (var folder = DataFolder.open(temporary.resolve("data"))) {
      assertThat(folder.secret("pepper", 32)).isEqualTo(first);
    }
  }

  @Test
  void tellsASecondGatewayThatTheFolderIsInUseAndHowToGoOn() {
    try (var folder = DataFolder.open(temporary)) {
      assertThatExceptionOfType(DataFolder.DataFolderInUseException.class)
          .isThrownBy(() -> DataFolder.open(folder.path()))
          .withMessageContaining(temporary.toString()).withMessageContaining("tollgate.embedded.data-dir");
    }
  }

  @Test
  void remembersAMark() {
    try (var folder = DataFolder.open(temporary)) {
      assertThat(folder.has("shown")).isFalse();
      folder.mark("shown");
      assertThat(folder.has("shown")).isTrue();
    }
  }
}
