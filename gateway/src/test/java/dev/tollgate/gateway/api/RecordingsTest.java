package dev.tollgate.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.idempotency.KeptBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingsTest {

  private static final int PIECE = 64 * 1024;

  private final Recordings recordings = new Recordings(3 * PIECE, 5 * PIECE);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5 * PIECE + 17})
  void whatWasWrittenComesBackByteByByte(int length) throws IOException {
    byte[] all = "data: {\"choices\":[{\"delta\":{\"content\":\"word\"}}]}\n\n".repeat(length / 50 + 1)
        .substring(0, length).getBytes(StandardCharsets.UTF_8);
    try (Recordings.Recording recording = recordings.begin()) {
      var random = new Random(length);
      for (int from = 0; from < length;) {
        int some = Math.min(1 + random.nextInt(9_000), length - from);
        recording.add(all, from, some);
        from += some;
      }
      KeptBody kept = recording.body();
      assertThat(bytes(kept)).isEqualTo(all);
      assertThat(kept).isNotNull().extracting(KeptBody::length).isEqualTo(length);
    }
  }

  @Test
  void whatIsTooLongIsForgottenAndLeavesItsRoomToOthers() throws IOException {
    byte[] noise = new byte[4 * PIECE];
    new Random(7).nextBytes(noise);
    try (Recordings.Recording one = recordings.begin()) {
      one.add(noise, 0, noise.length);
      assertThat(one.body()).isNull();
      one.add(noise, 0, 10);
      assertThat(one.body()).isNull();
      try (Recordings.Recording other = recordings.begin()) {
        other.add(noise, 0, 2 * PIECE + 100);
        assertThat(bytes(other.body())).isEqualTo(Arrays.copyOf(noise, 2 * PIECE + 100));
      }
    }
  }

  @Test
  void whereThereAreTooManyAtOneTimeTheLastOneIsForgotten() {
    byte[] noise = new byte[2 * PIECE + 100];
    new Random(7).nextBytes(noise);
    try (Recordings.Recording one = recordings.begin();
        Recordings.Recording two = recordings.begin();
        Recordings.Recording three = recordings.begin()) {
      one.add(noise, 0, noise.length);
      two.add(noise, 0, noise.length);
      three.add(noise, 0, noise.length);
      assertThat(one.body()).isNotNull();
      assertThat(two.body()).isNotNull();
      assertThat(three.body()).isNull();
    }
  }

  private static byte[] bytes(@Nullable KeptBody kept) throws IOException {
    var all = new ByteArrayOutputStream();
    Objects.requireNonNull(kept).writeTo(all);
    return all.toByteArray();
  }
}
