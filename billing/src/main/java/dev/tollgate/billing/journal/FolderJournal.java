package dev.tollgate.billing.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal as files in a folder: segments in use, and beside them what was set aside. */
final class FolderJournal implements Journal {

  private static final Logger log = LoggerFactory.getLogger(FolderJournal.class);
  private static final String ASIDE = ".rejected";

  private final Path folder;
  private final Life life;
  private final long byteLimit;
  private final List<Segment> full = new ArrayList<>();
  private volatile Segment current;
  private int segments;
  private @Nullable Segment aside;
  private @Nullable String complaint;

  private FolderJournal(Path folder, Life life, long byteLimit) throws IOException {
    this.folder = folder;
    this.life = life;
    this.byteLimit = byteLimit;
    this.current = Segment.create(life.segment(++segments), byteLimit);
  }

  static FolderJournal open(Path path, long byteLimit) throws IOException {
    Path folder = path.toAbsolutePath().normalize();
    Files.createDirectories(folder,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // Names sort in the order in which lives began; the random part keeps apart those that began together.
    String name = "%06d-%s".formatted(Life.next(folder),
        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
    Life life = Life.take(folder, name);
    if (life == null) {
      throw new IOException("The journal " + name + " exists already in " + folder);
    }
    return new FolderJournal(folder, life, byteLimit);
  }

  @Override
  public boolean makeRoom(long bytes) {
    return current.room() >= bytes || fill(bytes);
  }

  private synchronized boolean fill(long bytes) {
    try {
      renewIfBroken();
      boolean fits = current.makeRoom(bytes);
      complaint = null;
      return fits;
    } catch (IOException e) {
      String message = e.toString();
      if (!message.equals(complaint)) {
        log.error("The journal in {} cannot be written to; nothing that relies on it is admitted", folder, e);
        complaint = message;
      }
      return false;
    }
  }

  @Override
  public synchronized void append(byte[] payload) throws IOException {
    renewIfBroken();
    current.append(payload);
  }

  /** What is in the broken one stays there until all is cleared. */
  private void renewIfBroken() throws IOException {
    if (current.isBroken()) {
      Segment fresh = Segment.create(life.segment(++segments), byteLimit);
      full.add(current);
      current = fresh;
    }
  }

  @Override
  public synchronized long used() {
    return current.used() + full.stream().mapToLong(Segment::used).sum();
  }

  @Override
  public synchronized void clear() throws IOException {
    for (Segment segment : full) {
      remove(segment);
    }
    full.clear();
    if (!current.isBroken()) {
      current.clear();
    }
  }

  private static void remove(Segment segment) throws IOException {
    segment.close();
    Files.deleteIfExists(segment.file());
  }

  @Override
  public synchronized void setAside(byte[] payload) throws IOException {
    if (aside == null || aside.isBroken()) {
      aside = Segment.create(life.file("-%06d%s".formatted(++segments, ASIDE)), Long.MAX_VALUE);
    }
    aside.append(payload);
  }

  @Override
  public List<Leftover> leftovers() throws IOException {
    var names = new TreeSet<String>();
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(file -> file.getFileName().toString().endsWith(Life.SEGMENT)).map(Life::of)
          .forEach(names::add);
    }
    var leftovers = new ArrayList<Leftover>();
    for (String name : names) {
      Life ended = Life.take(folder, name);
      if (ended != null) {
        leftovers.add(new FolderLeftover(ended));
      }
    }
    return leftovers;
  }

  @Override
  public synchronized void close() throws IOException {
    if (aside != null) {
      aside.close();
    }
    for (Segment segment : full) {
      segment.close();
    }
    if (used() == 0 && !current.isBroken()) {
      remove(current);
      life.end();
    } else {
      current.close();
      life.close();
    }
  }
}
