package dev.tollgate.inference.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {

  private static final Path DEMO = Path.of(System.getProperty("tollgate.demo-model", "../demo-model"))
      .resolve("tollgate-demo-q8_0.gguf");
  private static final int ROUNDS = 3000;

  @TempDir
  private Path directory = Path.of(".");

  @Test
  void readsTheDemoModel() throws Exception {
    GgufFile file = GgufFile.readModel(DEMO);
    assertThat(file.string("general.architecture")).contains("deepseek2");
    assertThat(file.integer("deepseek2.context_length")).contains(2048L);
    assertThat(file.real("general.sampling.temp").orElseThrow()).isCloseTo(0.2,
        org.assertj.core.data.Offset.offset(1e-6));
    assertThat(file.tensors()).hasSize(106);
  }

  @Test
  void refusesBrokenFilesWithTheReason() throws Exception {
    refuses("does not begin with \"GGUF\"", bytes -> bytes.put(0, (byte) 'X'));
    refuses("version 9 is not supported", bytes -> bytes.putInt(4, 9));
    refuses("number of tensors is 18446744073709551615", bytes -> bytes.putLong(8, -1));
    refuses("number of metadata keys is 4611686018427387904", bytes -> bytes.putLong(16, 1L << 62));
    refuses("length of a metadata key is", bytes -> bytes.putLong(24, 1L << 40));
    int architecture = 24 + 8 + "general.architecture".length();
    refuses("has the unknown type 77", bytes -> bytes.putInt(architecture, 77));
    refuses("general.architecture is missing", bytes -> bytes.put(architecture + 12, (byte) ' '));
    int tensor = indexOf("token_embd.weight") + "token_embd.weight".length();
    refuses("has 9 dimensions", bytes -> bytes.putInt(tensor, 9));
    refuses("which its storage type cannot have", bytes -> bytes.putLong(tensor + 4, 7));
    refuses("impossibly large", bytes -> bytes.putLong(tensor + 12, Long.MAX_VALUE));
    refuses("goes past the end of the file", bytes -> bytes.putLong(tensor + 12, 1L << 30));
    refuses("unknown storage type 33", bytes -> bytes.putInt(tensor + 20, 33));
    refuses("where 0 was due|lies at offset", bytes -> bytes.putLong(tensor + 24, 1L << 50));
  }

  @Test
  void refusesTruncatedFiles() throws Exception {
    byte[] whole = Files.readAllBytes(DEMO);
    for (int length : new int[]{0, 3, 23, 100, 5000, 60_000, whole.length - 1}) {
      Path file = Files.write(directory.resolve("short.gguf"), java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> GgufFile.readModel(file)).isInstanceOf(GgufException.class)
          .hasMessageContaining("short.gguf");
    }
    assertThatThrownBy(() -> GgufFile.readModel(directory.resolve("none.gguf")))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("there is no file");
  }

  @Test
  void eitherReadsOrRefusesAFileWithRandomBytesChanged() throws Exception {
    byte[] whole = Files.readAllBytes(DEMO);
    int header = indexOf("token_embd.weight") + 8000;
    Path file = directory.resolve("fuzzed.gguf");
    Files.write(file, whole);
    try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      for (int round = 0; round < ROUNDS; round++) {
        Random random = new Random(round);
        byte[] changed = java.util.Arrays.copyOf(whole, header);
        // Half of the changes hit the beginning, where the counts and most of the keys are.
        int reach = random.nextBoolean() ? 3000 : header;
        for (int i = 0; i <= random.nextInt(4); i++) {
          changed[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
        }
        channel.write(ByteBuffer.wrap(changed), 0);
        readOrRefuse(file, round);
      }
    }
  }

  private static void readOrRefuse(Path file, int seed) throws IOException {
    try {
      GgufFile.readModel(file);
    } catch (GgufException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (RuntimeException | OutOfMemoryError e) {
      fail("seed " + seed, e);
    }
  }

  private void refuses(String reason, Consumer<ByteBuffer> change) throws IOException {
    byte[] bytes = Files.readAllBytes(DEMO);
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    Path file = Files.write(directory.resolve("broken.gguf"), bytes);
    assertThatThrownBy(() -> GgufFile.readModel(file)).as(reason).isInstanceOf(GgufException.class)
        .hasMessageFindingMatch(reason);
  }

  private static int indexOf(String text) throws IOException {
    return new String(Files.readAllBytes(DEMO), StandardCharsets.ISO_8859_1).indexOf(text);
  }
}
