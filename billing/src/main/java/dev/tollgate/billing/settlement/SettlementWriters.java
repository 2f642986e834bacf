package dev.tollgate.billing.settlement;

import dev.tollgate.billing.scheduling.Scheduling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The settlement writers of this instance, and what replays its journal. A tenant always goes to the same writer, so
 * that two never wait for one another's rows.
 */
public final class SettlementWriters implements Settlements {

  private final List<GroupCommit> shards = new ArrayList<>();
  private final SettlementJournal journal;
  private final Replay replay;

  /**
   * Writers that are not started yet, without a journal.
   *
   * @param database a pool with a connection for each writer, used by nobody else
   * @param batchLimit settlements of one transaction, at most
   */
  public SettlementWriters(DataSource database, int writers, int batchLimit) {
    this(SettlementStore.inDatabase(database), Scheduling.onThreads(System::nanoTime), writers, batchLimit);
  }

  /** Writers to any store, on any schedule, without a journal; not started yet. */
  public SettlementWriters(SettlementStore store, Scheduling scheduling, int writers, int batchLimit) {
    this(store, scheduling, SettlementJournal.none(), writers, batchLimit);
  }

  /**
   * Writers to any store, on any schedule; not started yet.
   *
   * @param store which is asked by each writer and, for the journal, by one more thread
   * @param journal for the time that the store does not answer
   */
  public SettlementWriters(SettlementStore store, Scheduling scheduling, SettlementJournal journal,
      int writers, int batchLimit) {
    var attempts = new Attempts(store, journal.counts());
    this.journal = journal;
    this.replay = new Replay(attempts, journal, scheduling);
    for (int i = 0; i < writers; i++) {
      shards.add(new GroupCommit(store, attempts, journal, scheduling, batchLimit, "settlement-" + i));
    }
  }

  public void start() {
    shards.forEach(GroupCommit::start);
    if (journal.keeps()) {
      replay.start();
    }
  }

  /** Writes what waits, for at most the given time, and ends. What the database does not take is kept. */
  public void stop(Duration atMost) {
    shards.forEach(shard -> shard.beginStop(atMost));
    shards.forEach(GroupCommit::awaitStop);
    replay.stop(atMost);
    journal.close();
  }

  @Override
  public boolean reserve() {
    return journal.reserve();
  }

  @Override
  public void release() {
    journal.release();
  }

  @Override
  public void submit(Settlement settlement, Outcome outcome) {
    shardOf(settlement).submit(settlement, outcome);
  }

  @Override
  public void checkpoint(Settlement soFar) {
    shardOf(soFar).checkpoint(soFar);
  }

  private GroupCommit shardOf(Settlement settlement) {
    return shards.get(Math.floorMod(settlement.payer().tenant().hashCode(), shards.size()));
  }

  /** Settlements that wait for a writer. */
  public int queued() {
    return shards.stream().mapToInt(GroupCommit::queued).sum();
  }

  /** Settlements that the journal keeps for the database. */
  public int journalRecords() {
    return journal.records();
  }

  /** Bytes of the journal that are in use. */
  public long journalBytes() {
    return journal.bytes();
  }

  /** Whether settlements go to the journal because the database does not answer. */
  public boolean isDatabaseAway() {
    return journal.isDatabaseAway();
  }

  /** Transactions of settlement since the start. */
  public long batches() {
    return journal.counts().batches.sum();
  }

  /** Settlements written since the start. */
  public long settled() {
    return journal.counts().settlements.sum();
  }

  /** Attempts that failed for reasons that pass, since the start. */
  public long faults() {
    return journal.counts().faults.sum();
  }

  /** Settlements that the database refused and that were set aside, since the start. A person must look at them. */
  public long rejected() {
    return journal.counts().rejected.sum();
  }

  /** Files and records of journals that could not be read and were set aside, since the start. */
  public long damaged() {
    return journal.counts().damaged.sum();
  }
}
