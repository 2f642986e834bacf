package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.settlement.JdbcCheckpointStore.Saved;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Requests that come to be settled after a checkpoint of theirs was settled in their place: their instance was taken for
 * dead, or it died with the settlement in its journal. An answer that left is billed in full.
 *
 * @param fresh usage rows that were inserted and are to be drawn
 * @param receipts of checkpoint and rest together, by request
 */
record Remainders(List<Settlement> fresh, Map<UUID, Receipt> receipts) {

  private static final Remainders NONE = new Remainders(List.of(), Map.of());

  /**
   * Inserts a usage row for what each request used beyond its checkpoint, once.
   *
   * @param late settlements of requests that are billed as interrupted
   * @param known what is billed of them
   */
  static Remainders insert(Connection connection, UUID batch, List<Settlement> late, Map<UUID, Settled> known)
      throws SQLException {
    if (late.isEmpty()) {
      return NONE;
    }
    Map<UUID, Settlement> rests = rests(connection, late);
    // The interruptions are locked, so nobody else inserts the rest of one in between.
    Map<UUID, Settled> settled = JdbcUsageStore.billed(connection,
        late.stream().map(whole -> Remainder.idOf(whole.id())).toList());
    List<Settlement> fresh = rests.values().stream().filter(row -> !settled.containsKey(row.id().value()))
        .toList();
    if (!fresh.isEmpty()) {
      JdbcUsageStore.insert(connection, batch, fresh);
    }
    for (var rest : rests.entrySet()) {
      JdbcCheckpointStore.remainder(connection, rest.getKey(), rest.getValue().id().value());
    }
    var receipts = new HashMap<UUID, Receipt>();
    for (Settlement whole : late) {
      UUID request = whole.id().value();
      Settled earlier = settled.get(Remainder.idOf(whole.id()).value());
      Settlement rest = rests.get(request);
      // Also who used no more than the checkpoint is told what another, of the same id, used beyond it.
      if (earlier != null || rest != null) {
        receipts.put(request, sum(Objects.requireNonNull(known.get(request)).receipt(),
            earlier != null ? earlier.receipt() : Objects.requireNonNull(rest).receipt()));
      }
    }
    return new Remainders(fresh, receipts);
  }

  /** What is left to bill, by request. What is not billed in the end stays as it was interrupted. */
  private static Map<UUID, Settlement> rests(Connection connection, List<Settlement> late)
      throws SQLException {
    Map<UUID, Saved> parts = JdbcCheckpointStore.settledPart(connection,
        late.stream().map(settlement -> settlement.id().value()).toList());
    var rests = new LinkedHashMap<UUID, Settlement>();
    for (Settlement whole : late) {
      Saved part = parts.get(whole.id().value());
      if (part != null && whole.consumption().outcome().isBilled()) {
        Settlement rest = Remainder.of(whole, decoded(part));
        if (rest.consumption().usage().rawTokens() > 0) {
          rests.put(whole.id().value(), rest);
        }
      }
    }
    return rests;
  }

  private static Settlement decoded(Saved part) {
    try {
      return part.decoded();
    } catch (IOException e) {
      throw new IllegalStateException("The settled checkpoint of " + part.id() + " cannot be read", e);
    }
  }

  private static Receipt sum(Receipt one, Receipt other) {
    return new Receipt(one.id(), one.currency(), Math.addExact(one.amountPico(), other.amountPico()),
        Math.addExact(one.freeTokens(), other.freeTokens()),
        Math.addExact(one.packMillitokens(), other.packMillitokens()));
  }
}
