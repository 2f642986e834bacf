package dev.tollgate.billing.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.journal.Journal.Leftover;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderJournalTest {

  private static final long LIMIT = 1 << 20;

  @TempDir
  private Path folder;

  @Test
  void whatAProcessLeavesIsFoundOnceByTheNext() throws IOException {
    try (Journal ended = Journal.inFolder(folder, LIMIT)) {
      append(ended, "one", "two");
    }
    try (Journal next = Journal.inFolder(folder, LIMIT)) {
      assertThat(takeOver(next)).containsExactly("one", "two");
      assertThat(takeOver(next)).isEmpty();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void aTakeoverThatIsNotFinishedBeginsAnew() throws IOException {
    try (Journal ended = Journal.inFolder(folder, LIMIT)) {
      append(ended, "one", "two");
    }
    try (Journal next = Journal.inFolder(folder, LIMIT)) {
      for (Leftover leftover : next.leftovers()) {
        leftover.next();
        leftover.close();
      }
      assertThat(takeOver(next)).containsExactly("one", "two");
    }
  }

  @Test
  void journalsOfLivingProcessesAreLeftAlone() throws IOException {
    try (Journal one = Journal.inFolder(folder, LIMIT); Journal other = Journal.inFolder(folder, LIMIT)) {
      append(one, "mine");
      assertThat(takeOver(other)).isEmpty();
      assertThat(takeOver(one)).isEmpty();
    }
  }

  @Test
  void whatIsClearedIsGoneAndTheRoomIsThereAgain() throws IOException {
    try (Journal journal = Journal.inFolder(folder, LIMIT)) {
      append(journal, "one");
      assertThat(journal.makeRoom(LIMIT)).isFalse();
      journal.clear();
      assertThat(journal.makeRoom(LIMIT)).isTrue();
      append(journal, "two");
    }
    try (Journal next = Journal.inFolder(folder, LIMIT)) {
      assertThat(takeOver(next)).containsExactly("two");
    }
  }

  @Test
  void aDamagedFileIsTakenOverUpToTheDamageAndKept() throws IOException {
    try (Journal ended = Journal.inFolder(folder, LIMIT)) {
      append(ended, "one", "two", "three");
    }
    Path file = files().stream().filter(name -> name.toString().endsWith(".journal")).findFirst()
        .orElseThrow();
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    try (Journal next = Journal.inFolder(folder, LIMIT)) {
      assertThat(takeOver(next)).containsExactly("one");
    }
    assertThat(files()).singleElement().satisfies(kept -> {
      assertThat(kept.toString()).endsWith(".journal.damaged");
      assertThat(kept).hasBinaryContent(content);
    });
  }

  @Test
  void whatIsSetAsideCanBePlayedAgainByRenamingIt() throws IOException {
    try (Journal ended = Journal.inFolder(folder, LIMIT)) {
      ended.setAside("refused".getBytes(StandardCharsets.UTF_8));
    }
    Path aside = files().getFirst();
    try (Journal next = Journal.inFolder(folder, LIMIT)) {
      assertThat(takeOver(next)).isEmpty();
      Files.move(aside,
          aside.resolveSibling(aside.getFileName().toString().replace(".rejected", ".journal")));
      assertThat(takeOver(next)).containsExactly("refused");
    }
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    try (Journal journal = Journal.inFolder(folder.resolve("new"), LIMIT)) {
      append(journal, "one");
      journal.setAside(new byte[]{1});
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("new"))))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(folder.resolve("new"))) {
        assertThat(files).hasSize(3).allSatisfy(file -> assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"));
      }
    }
  }

  static void append(Journal journal, String... payloads) throws IOException {
    for (String payload : payloads) {
      journal.append(payload.getBytes(StandardCharsets.UTF_8));
    }
  }

  static List<String> takeOver(Journal journal) throws IOException {
    var payloads = new ArrayList<String>();
    for (Leftover leftover : journal.leftovers()) {
      for (byte[] payload = leftover.next(); payload != null; payload = leftover.next()) {
        payloads.add(new String(payload, StandardCharsets.UTF_8));
      }
      leftover.finish();
    }
    return payloads;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
