package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Settlements of a batch that are to be billed each under an id: in the first round that of its request, in the next one
 * that of the first remainder, and so on. A round after the first has those requests whose row of the round before was not
 * the end of them (ADR 0008): their instance was taken for dead or died with the settlement in its journal, or they are
 * repeated after their instance died or was stopped, or after a backend failed them. An answer that left is billed in full.
 */
final class Round {

  private final int number;
  private final Map<Integer, Claim> claims;
  private final Map<UUID, Settled> known;
  private final Map<UUID, Integer> firsts = new HashMap<>();

  /**
   * What one settlement of the batch is to be billed for in a round.
   *
   * @param request whose it is
   * @param id under which it is billed
   * @param settlement null if nothing is left to bill, or ever was; it is told what another of the same id was billed
   */
  private record Claim(RequestId request, RequestId id, @Nullable Settlement settlement) {}

  /** @param claims by their places in the batch, in its order */
  private Round(int number, Map<Integer, Claim> claims, Map<UUID, Settled> known) {
    this.number = number;
    this.claims = claims;
    this.known = known;
    claims.forEach((place, claim) -> {
      // The first of a batch that names an id is the one that counts; a later one is its repeat.
      if (claim.settlement != null) {
        firsts.putIfAbsent(claim.id.value(), place);
      }
    });
  }

  /** @param known those of the requests that have a row */
  static Round first(List<Settlement> settlements, Map<UUID, Settled> known) {
    var claims = LinkedHashMap.<Integer, Claim>newLinkedHashMap(settlements.size());
    for (int i = 0; i < settlements.size(); i++) {
      Settlement settlement = settlements.get(i);
      claims.put(i, new Claim(settlement.id(), settlement.id(), settlement));
    }
    return new Round(0, claims, known);
  }

  boolean isEmpty() {
    return claims.isEmpty();
  }

  /** What is new, and to be drawn. */
  List<Settlement> fresh() {
    var fresh = new ArrayList<Settlement>(claims.size());
    claims.forEach((place, claim) -> {
      Settlement settlement = claim.settlement;
      if (settlement != null && isFirst(place, claim) && !known.containsKey(claim.id.value())) {
        fresh.add(settlement);
      }
    });
    return fresh;
  }

  private boolean isFirst(int place, Claim claim) {
    return Objects.equals(firsts.get(claim.id.value()), place);
  }

  /** Tells each what its id is billed, and what it draws itself, now or at an earlier attempt at the same batch. */
  void tell(UUID batch, Told told) {
    claims.forEach((place, claim) -> {
      Receipt receipt = receipt(claim.id.value());
      if (receipt != null) {
        told.billed(place, receipt);
      }
      if (draws(place, claim, batch)) {
        told.drawn(place, Objects.requireNonNull(claim.settlement).bill());
      }
    });
  }

  /** Hears what becomes of the settlements of a batch. */
  interface Told {

    void billed(int place, Receipt receipt);

    void drawn(int place, Bill bill);
  }

  private boolean draws(int place, Claim claim, UUID batch) {
    Settled earlier = known.get(claim.id.value());
    return isFirst(place, claim) && (earlier == null || earlier.batch().equals(batch));
  }

  private @Nullable Receipt receipt(UUID id) {
    Settled earlier = known.get(id);
    if (earlier != null) {
      return earlier.receipt();
    }
    Settlement first = firstOf(id);
    return first == null ? null : first.receipt();
  }

  private @Nullable Settlement firstOf(UUID id) {
    Integer place = firsts.get(id);
    return place == null ? null : Objects.requireNonNull(claims.get(place)).settlement;
  }

  /** The next one, of what is not at its end, once this one's rows are written. */
  Round next(Connection connection, UUID batch) throws SQLException {
    var open = new LinkedHashMap<Integer, Claim>();
    claims.forEach((place, claim) -> {
      Outcome outcome = outcome(claim.id.value());
      if (outcome != null && !outcome.isFinal() && !draws(place, claim, batch) && !isOutdated(claim)) {
        open.put(place, claim);
      }
    });
    if (open.isEmpty()) {
      return new Round(number + 1, Map.of(), Map.of());
    }
    Map<UUID, List<Line>> billed = JdbcUsageStore.lines(connection,
        open.values().stream().map(Claim::id).distinct().toList());
    var left = new LinkedHashMap<Integer, Claim>();
    open.forEach((place, claim) -> {
      RequestId id = Remainder.idOf(claim.request, number + 1);
      List<Line> part = billed.getOrDefault(claim.id.value(), List.of());
      left.put(place, new Claim(claim.request, id, left(claim.settlement, part, id)));
    });
    return new Round(number + 1, left, JdbcUsageStore.billed(connection,
        left.values().stream().map(Claim::id).distinct().toList()));
  }

  /**
   * Whether a checkpoint comes after its own attempt was settled for nothing: it stayed behind where another process than
   * the one that had taken it settled from its journal. Each attempt has an arrival of its own.
   */
  private boolean isOutdated(Claim claim) {
    Settled earlier = known.get(claim.id.value());
    return earlier != null && !earlier.outcome().isBilled() && claim.settlement != null
        && claim.settlement.consumption().outcome() == Outcome.INTERRUPTED
        && claim.settlement.arrivedAt().truncatedTo(ChronoUnit.MICROS).equals(earlier.arrivedAt());
  }

  private @Nullable Outcome outcome(UUID id) {
    Settled earlier = known.get(id);
    if (earlier != null) {
      return earlier.outcome();
    }
    Settlement first = firstOf(id);
    return first == null ? null : first.consumption().outcome();
  }

  /** What is left to bill; an end is recorded also where that is nothing. What is not billed stays as it was cut off. */
  private static @Nullable Settlement left(@Nullable Settlement whole, List<Line> part, RequestId id) {
    if (whole == null || !whole.consumption().outcome().isBilled()) {
      return null;
    }
    Settlement rest = Remainder.of(whole, part, id);
    return rest.consumption().usage().rawTokens() > 0 || rest.consumption().outcome().isFinal() ? rest : null;
  }

  /** Links the rows of this round with those of the round before. */
  void link(Connection connection, List<Settlement> fresh) throws SQLException {
    var before = new ArrayList<Settlement>();
    var links = new LinkedHashMap<UUID, UUID>();
    for (Settlement settlement : fresh) {
      Claim claim = Objects.requireNonNull(claims.get(firsts.get(settlement.id().value())));
      RequestId id = number == 1 ? claim.request : Remainder.idOf(claim.request, number - 1);
      before.add(settlement.with(id, used(settlement), Bill.NOTHING));
      links.put(id.value(), settlement.id().value());
    }
    // What was interrupted is there already, with what it had used.
    JdbcCheckpointStore.settled(connection, before);
    JdbcCheckpointStore.remainders(connection, links);
  }

  /** Nothing that is known here. */
  private static Consumption used(Settlement rest) {
    Consumption used = rest.consumption();
    return new Consumption(Usage.NONE, used.outcome(), used.endpoint(), used.backend(), null,
        used.completedAt());
  }
}
