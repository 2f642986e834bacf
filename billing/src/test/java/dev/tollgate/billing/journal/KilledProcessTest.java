package dev.tollgate.billing.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {

  private static final int UNTIL = 200;

  @TempDir
  private Path folder;

  @Test
  void afterAKillEveryRecordThatWasAcknowledgedIsThere() throws IOException, InterruptedException {
    for (int kills = 0; kills < 3; kills++) {
      long acknowledged = appendUntilKilled();
      try (Journal next = Journal.inFolder(folder, 1 << 20)) {
        List<String> found = FolderJournalTest.takeOver(next);
        assertThat(acknowledged).isGreaterThanOrEqualTo(UNTIL);
        assertThat((long) found.size()).isGreaterThanOrEqualTo(acknowledged);
        assertThat(found).containsExactlyElementsOf(
            LongStream.rangeClosed(1, found.size()).mapToObj(KilledProcessTest::record).toList());
      }
    }
  }

  private long appendUntilKilled() throws IOException, InterruptedException {
    Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Appending.class.getName(),
        folder.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    long acknowledged = 0;
    try (var lines = new BufferedReader(
        new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = Math.max(acknowledged, Long.parseLong(line));
        if (acknowledged == UNTIL) {
          // Not through the process itself, which would close what is still to be read.
          child.toHandle().destroyForcibly();
        }
      }
    }
    child.waitFor();
    return acknowledged;
  }

  static String record(long number) {
    return "record %d %s".formatted(number, "x".repeat((int) (number * 37 % 3_000)));
  }

  /** The child: appends records for ever, and says after each that it is on the disk. */
  static final class Appending {

    private Appending() {}

    public static void main(String[] arguments) throws IOException {
      try (Journal journal = Journal.inFolder(Path.of(arguments[0]), 1 << 20)) {
        for (long number = 1; number < 1_000_000; number++) {
          FolderJournalTest.append(journal, record(number));
          System.out.println(number);
        }
      }
    }
  }
}
