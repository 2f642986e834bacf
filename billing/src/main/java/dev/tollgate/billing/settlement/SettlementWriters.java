package dev.tollgate.billing.settlement;

import dev.tollgate.billing.scheduling.Scheduling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The settlement writers of this instance. A tenant always goes to the same one, so that two never wait for one
 * another's rows.
 */
public final class SettlementWriters implements Settlements {

  private final List<GroupCommit> shards = new ArrayList<>();

  /**
   * Writers that are not started yet.
   *
   * @param database a pool with a connection for each writer, used by nobody else
   * @param batchLimit settlements of one transaction, at most
   */
  public SettlementWriters(DataSource database, int writers, int batchLimit) {
    this(SettlementStore.inDatabase(database), Scheduling.onThreads(System::nanoTime), writers, batchLimit);
  }

  /** Writers to any store, on any schedule; not started yet. */
  public SettlementWriters(SettlementStore store, Scheduling scheduling, int writers, int batchLimit) {
    for (int i = 0; i < writers; i++) {
      shards.add(new GroupCommit(store, scheduling, batchLimit, "settlement-" + i));
    }
  }

  public void start() {
    shards.forEach(GroupCommit::start);
  }

  /** Writes what waits, for at most the given time, and ends. */
  public void stop(Duration atMost) {
    shards.parallelStream().forEach(shard -> shard.stop(atMost));
  }

  @Override
  public void submit(Settlement settlement, Outcome outcome) {
    int shard = Math.floorMod(settlement.payer().tenant().hashCode(), shards.size());
    shards.get(shard).submit(settlement, outcome);
  }
}
