package dev.tollgate.billing.simulation;

import dev.tollgate.billing.settlement.Settlement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The table of checkpoints. */
final class CheckpointModel {

  private final Books books;
  private final Map<UUID, Row> rows = new LinkedHashMap<>();

  CheckpointModel(Books books) {
    this.books = books;
  }

  private record Row(long epoch, Settlement soFar) {}

  /** Writes checkpoints over earlier ones, also those of another epoch; those of an epoch that has ended are left out. */
  void save(List<Settlement> soFar) {
    for (Settlement each : soFar) {
      if (books.instances().containsKey(each.epoch())) {
        rows.put(each.id().value(), new Row(each.epoch(), each));
      }
    }
  }

  void remove(Settlement settlement) {
    rows.remove(settlement.id().value());
  }

  /** Takes the checkpoints of an epoch out of the table. */
  List<Settlement> take(long epoch) {
    var taken = new ArrayList<Settlement>();
    rows.values().removeIf(row -> {
      if (row.epoch == epoch) {
        taken.add(row.soFar);
      }
      return row.epoch == epoch;
    });
    return taken;
  }
}
