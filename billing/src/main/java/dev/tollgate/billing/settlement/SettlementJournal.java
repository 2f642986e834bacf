package dev.tollgate.billing.settlement;

import dev.tollgate.billing.journal.Journal;
import dev.tollgate.billing.journal.Journal.Leftover;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settlements that are durable on the local disk while the database is away (money rule 11), in their order and under
 * the names of their batches. Those of this process are remembered in memory too, and applied from there; the disk is
 * read only after a crash.
 *
 * <p>Bounded by what was promised: every admitted request has its room reserved, so none that ran finds the journal
 * full.
 */
public final class SettlementJournal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SettlementJournal.class);
  /** Room for one settlement. Few take more than half of it; what one takes beyond is written all the same. */
  static final int BYTES_EACH = 1_024;

  private final Journal journal;
  private final int recordLimit;
  private final boolean keeps;
  private final Counts counts = new Counts();
  private final AtomicInteger reserved = new AtomicInteger();
  private final Deque<Kept> kept = new ArrayDeque<>();
  private volatile int records;
  private volatile boolean databaseAway;

  private SettlementJournal(Journal journal, int recordLimit, boolean keeps) {
    this.journal = journal;
    this.recordLimit = recordLimit;
    this.keeps = keeps;
  }

  /**
   * A journal in a folder.
   *
   * @param byteLimit of what is reserved and kept
   * @param recordLimit settlements that are reserved and kept
   * @throws IOException if the folder cannot be written to
   */
  public static SettlementJournal inFolder(Path folder, long byteLimit, int recordLimit)
      throws IOException {
    Journal journal = Journal.inFolder(folder, byteLimit);
    journal.makeRoom(BYTES_EACH);
    return on(journal, recordLimit);
  }

  /** One on any journal. */
  static SettlementJournal on(Journal journal, int recordLimit) {
    return new SettlementJournal(journal, recordLimit, true);
  }

  /** No journal: while the database is away, settlements wait in memory. */
  public static SettlementJournal none() {
    return new SettlementJournal(Journal.none(), Integer.MAX_VALUE, false);
  }

  /** A batch that was kept. */
  record Kept(UUID name, List<Entry> entries) {}

  boolean reserve() {
    int promised = reserved.incrementAndGet();
    if (promised + (long) records <= recordLimit && journal.makeRoom((long) promised * BYTES_EACH)) {
      return true;
    }
    reserved.decrementAndGet();
    return false;
  }

  void release() {
    reserved.decrementAndGet();
  }

  /** Keeps a batch and tells so; false if it cannot be written either. */
  boolean keep(UUID name, List<Entry> batch) {
    if (!keeps) {
      return false;
    }
    List<Entry> entries = List.copyOf(batch);
    try {
      byte[] payload = SettlementCodec.encode(name, entries.stream().map(Entry::settlement).toList());
      keep(payload, new Kept(name, entries));
    } catch (IOException | RuntimeException e) {
      log.error("A batch of {} settlements could not be written to the journal", entries.size(), e);
      return false;
    }
    entries.forEach(Entry::kept);
    return true;
  }

  private synchronized void keep(byte[] payload, Kept batch) throws IOException {
    journal.append(payload);
    if (!databaseAway) {
      log.warn("The database is away; settlements go to the journal");
      databaseAway = true;
    }
    kept.add(batch);
    records += batch.entries().size();
  }

  /** Whether there is no point in asking the database before the replay has succeeded. */
  boolean isDatabaseAway() {
    return databaseAway;
  }

  void databaseIsAway(boolean away) {
    databaseAway = away;
  }

  /** Whether batches can be kept at all. */
  boolean keeps() {
    return keeps;
  }

  /** The batch that was kept first, or null if none is. */
  synchronized @Nullable Kept first() {
    return kept.peekFirst();
  }

  /** The first batch is in its place. */
  synchronized void applied() {
    records -= kept.removeFirst().entries().size();
    if (kept.isEmpty()) {
      try {
        journal.clear();
        log.info("All that the journal kept is in the database");
      } catch (IOException e) {
        log.error("The journal could not be cleared; its settlements will be found in the database again", e);
      }
    }
  }

  /** Parts the first batch in two of new names, because something in it is refused. */
  synchronized void halve() {
    List<Entry> all = kept.removeFirst().entries();
    int half = all.size() / 2;
    kept.addFirst(new Kept(UUID.randomUUID(), all.subList(half, all.size())));
    kept.addFirst(new Kept(UUID.randomUUID(), all.subList(0, half)));
  }

  /** Sets aside what the database refuses, for a person to look at, and tells so. */
  void reject(Entry entry, Exception reason) {
    counts.rejected.increment();
    if (keeps) {
      setAside(SettlementCodec.encode(UUID.randomUUID(), List.of(entry.settlement())));
    }
    entry.rejected(reason);
  }

  /** Sets aside what cannot be read. */
  void damaged(byte[] payload) {
    counts.damaged.increment();
    setAside(payload);
  }

  private void setAside(byte[] payload) {
    try {
      journal.setAside(payload);
    } catch (IOException e) {
      log.error("What the database refused could not be set aside either", e);
    }
  }

  List<Leftover> leftovers() throws IOException {
    return journal.leftovers();
  }

  Counts counts() {
    return counts;
  }

  /** Settlements that are kept and not yet in the database. */
  public int records() {
    return records;
  }

  /** Bytes of the journal that are in use. */
  public long bytes() {
    return journal.used();
  }

  /** Ends it. What is kept is found by the next process on this folder. */
  @Override
  public void close() {
    try {
      journal.close();
    } catch (IOException e) {
      log.warn("The journal was not closed cleanly", e);
    }
  }
}
