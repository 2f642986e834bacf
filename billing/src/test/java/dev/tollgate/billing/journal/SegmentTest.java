package dev.tollgate.billing.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.journal.SegmentReader.Ending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file of frames says after it was cut, or after a bit of it changed. */
class SegmentTest {

  private static final List<String> PAYLOADS = List.of("first", "a second one that is longer", "\u0000",
      "last\u0000");

  @TempDir
  private Path folder;

  private byte[] whole;
  private final List<Integer> ends = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("whole");
    try (Segment segment = Segment.create(file, 1 << 20)) {
      for (String payload : PAYLOADS) {
        segment.append(payload.getBytes(StandardCharsets.UTF_8));
        ends.add((int) segment.used());
      }
    }
    whole = Files.readAllBytes(file);
  }

  @Test
  void aFileThatIsCutAnywhereGivesTheFramesBeforeTheCutAndNoAlarm() throws IOException {
    for (int length = 0; length <= whole.length; length++) {
      Reading reading = read(Arrays.copyOf(whole, length));
      assertThat(reading.payloads).as("cut at %s", length).isEqualTo(PAYLOADS.subList(0, framesUpTo(length)));
      assertThat(reading.ending).as("cut at %s", length)
          .isEqualTo(length == 0 || ends.contains(length) ? Ending.WHOLE : Ending.TORN);
    }
  }

  @Test
  void soDoesOneThatIsCutInRoomFilledWithZeros() throws IOException {
    for (int length = 0; length <= whole.length; length++) {
      byte[] filled = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length + 5_000);
      Reading reading = read(filled);
      assertThat(reading.payloads).as("cut at %s", length).isEqualTo(PAYLOADS.subList(0, framesUpTo(length)));
      assertThat(reading.ending).as("cut at %s", length).isNotEqualTo(Ending.DAMAGED);
    }
  }

  @Test
  void aFlippedBitNeverChangesAPayloadAndNeverGoesUnnoticed() throws IOException {
    for (int room : new int[]{0, 100}) {
      for (int bit = 0; bit < whole.length * 8; bit++) {
        byte[] flipped = Arrays.copyOf(whole, whole.length + room);
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        Reading reading = read(flipped);
        assertThat(reading.payloads).as("bit %s, room %s", bit, room)
            .isEqualTo(PAYLOADS.subList(0, framesUpTo(bit / 8)));
        assertThat(reading.ending).as("bit %s, room %s", bit, room).isEqualTo(Ending.DAMAGED);
      }
    }
  }

  @Test
  void roomIsMadeUpToTheLimitAndNotBeyond() throws IOException {
    try (Segment segment = Segment.create(folder.resolve("limited"), 10_000)) {
      assertThat(segment.makeRoom(10_000)).isTrue();
      assertThat(segment.makeRoom(10_001)).isFalse();
      segment.append(new byte[1_000]);
      assertThat(segment.makeRoom(10_000)).isFalse();
      assertThat(segment.makeRoom(8_900)).isTrue();
      segment.clear();
      assertThat(segment.makeRoom(10_000)).isTrue();
    }
  }

  private int framesUpTo(int length) {
    return (int) ends.stream().filter(end -> end <= length).count();
  }

  private record Reading(List<String> payloads, Ending ending) {}

  private Reading read(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("read"), content);
    var payloads = new ArrayList<String>();
    try (var reader = new SegmentReader(file)) {
      for (byte[] payload = reader.next(); payload != null; payload = reader.next()) {
        payloads.add(new String(payload, StandardCharsets.UTF_8));
      }
      return new Reading(payloads, reader.ending());
    }
  }
}
