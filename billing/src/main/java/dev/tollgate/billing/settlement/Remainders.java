package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.settlement.JdbcCheckpointStore.Saved;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Requests that come to be settled after a part of them was settled as interrupted: their instance was taken for dead, or
 * it died with the settlement in its journal, or they are repeated after their instance died or was stopped. An answer
 * that left is billed in full.
 *
 * @param fresh usage rows that were inserted and are to be drawn
 * @param receipts of part and rest together, by request
 * @param drawn what this batch draws, by the settlements' places in it
 */
record Remainders(List<Settlement> fresh, Map<UUID, Receipt> receipts, Map<Integer, Bill> drawn) {

  private static final Remainders NONE = new Remainders(List.of(), Map.of(), Map.of());

  /** The first settlement of a request that used more than is billed of it, and the row for that. */
  private record Rest(int place, UUID request, Settlement row) {}

  /**
   * Inserts a usage row for what each request used beyond what was settled of it, once.
   *
   * @param batch the same at every attempt
   * @param late settlements of requests that are billed as interrupted, by their places in the batch
   * @param billed what is billed of them
   */
  static Remainders insert(Connection connection, UUID batch, Map<Integer, Settlement> late,
      Map<UUID, Receipt> billed) throws SQLException {
    if (late.isEmpty()) {
      return NONE;
    }
    Map<UUID, Rest> rests = rests(connection, late);
    // The interruptions are locked, so nobody else inserts the rest of one in between.
    Map<UUID, Settled> settled = JdbcUsageStore.billed(connection,
        late.values().stream().map(whole -> Remainder.idOf(whole.id())).toList());
    var fresh = new ArrayList<Settlement>();
    var drawn = new HashMap<Integer, Bill>();
    for (Rest rest : rests.values()) {
      Settled earlier = settled.get(rest.row().id().value());
      if (earlier == null) {
        fresh.add(rest.row());
      }
      if (earlier == null || earlier.batch().equals(batch)) {
        drawn.put(rest.place(), rest.row().bill());
      }
    }
    if (!fresh.isEmpty()) {
      JdbcUsageStore.insert(connection, batch, fresh);
    }
    for (Rest rest : rests.values()) {
      JdbcCheckpointStore.remainder(connection, rest.request(), rest.row().id().value());
    }
    return new Remainders(fresh, receipts(late.values(), rests, settled, billed), drawn);
  }

  private static Map<UUID, Receipt> receipts(Collection<Settlement> late, Map<UUID, Rest> rests,
      Map<UUID, Settled> settled, Map<UUID, Receipt> billed) {
    var receipts = new HashMap<UUID, Receipt>();
    for (Settlement whole : late) {
      UUID request = whole.id().value();
      Settled earlier = settled.get(Remainder.idOf(whole.id()).value());
      Rest rest = rests.get(request);
      // Also who used no more than the part is told what another, of the same id, used beyond it.
      if (earlier != null || rest != null) {
        receipts.put(request, sum(Objects.requireNonNull(billed.get(request)),
            earlier != null ? earlier.receipt() : Objects.requireNonNull(rest).row().receipt()));
      }
    }
    return receipts;
  }

  /** What is left to bill, by request. What is not billed in the end stays as it was interrupted. */
  private static Map<UUID, Rest> rests(Connection connection, Map<Integer, Settlement> late)
      throws SQLException {
    Map<UUID, Saved> parts = JdbcCheckpointStore.settledPart(connection,
        late.values().stream().map(settlement -> settlement.id().value()).toList());
    var rests = new LinkedHashMap<UUID, Rest>();
    for (var each : late.entrySet()) {
      Settlement whole = each.getValue();
      UUID request = whole.id().value();
      Saved part = parts.get(request);
      if (part != null && whole.consumption().outcome().isBilled()) {
        Settlement rest = Remainder.of(whole, decoded(part));
        if (rest.consumption().usage().rawTokens() > 0) {
          rests.putIfAbsent(request, new Rest(each.getKey(), request, rest));
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
