package dev.tollgate.billing.journal;

import dev.tollgate.billing.journal.Journal.Leftover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of a life that ended, one after the other. */
final class FolderLeftover implements Leftover {

  private static final Logger log = LoggerFactory.getLogger(FolderLeftover.class);
  private static final String DAMAGED = ".damaged";

  private final Life life;
  private final Deque<Path> unread;
  private final List<Path> read = new ArrayList<>();
  private final List<Path> damaged = new ArrayList<>();
  private @Nullable SegmentReader reader;

  FolderLeftover(Life life) throws IOException {
    this.life = life;
    this.unread = new ArrayDeque<>(life.segments());
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (true) {
      if (reader == null) {
        if (unread.isEmpty()) {
          return null;
        }
        reader = new SegmentReader(unread.getFirst());
      }
      byte[] payload = reader.next();
      if (payload != null) {
        return payload;
      }
      end(unread.removeFirst(), reader);
      reader = null;
    }
  }

  private void end(Path file, SegmentReader ended) throws IOException {
    switch (ended.ending()) {
      case WHOLE -> read.add(file);
      case TORN -> {
        log.info("The last record of {} was cut short while it was written; nobody was told of it", file);
        read.add(file);
      }
      case DAMAGED -> {
        log.error(
            "The journal {} is damaged at byte {}. What comes before is taken over; the file is kept as {}{}:"
                + " it may hold settlements that are recorded nowhere else",
            file, ended.position(), file, DAMAGED);
        damaged.add(file);
      }
    }
    ended.close();
  }

  @Override
  public List<Path> finish() throws IOException {
    if (!unread.isEmpty()) {
      throw new IllegalStateException("Not read to its end");
    }
    for (Path file : damaged) {
      Files.move(file, file.resolveSibling(file.getFileName() + DAMAGED), StandardCopyOption.ATOMIC_MOVE);
    }
    for (Path file : read) {
      Files.deleteIfExists(file);
    }
    life.end();
    return List.copyOf(damaged);
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
    life.close();
  }
}
