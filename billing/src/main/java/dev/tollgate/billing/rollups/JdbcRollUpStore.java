package dev.tollgate.billing.rollups;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves rows of {@code billing.usage_delta} into the roll-ups. Transactions are the caller's. */
final class JdbcRollUpStore {

  /** What rows that are folded together may tell apart, some 500 bytes each. */
  private static final int MOST_GROUPS = 25_000;
  private static final int FETCHED_AT_ONCE = 20;

  private static final String WAITING = """
      SELECT id, settled_at, packed FROM billing.usage_delta
      WHERE settled_at < CAST(? AS timestamptz) ORDER BY id LIMIT ?
      """;

  private final JdbcTemplate jdbc;

  JdbcRollUpStore(DataSource database) {
    this.jdbc = new JdbcTemplate(database);
  }

  /** Until the end of the transaction; false if others are at it and were not to be waited for. */
  boolean excludeOthers(boolean wait) {
    if (wait) {
      jdbc.query("SELECT pg_advisory_xact_lock(hashtextextended('billing.roll_ups', 0))", row -> {});
      return true;
    }
    return Boolean.TRUE.equals(jdbc.queryForObject(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('billing.roll_ups', 0))", Boolean.class));
  }

  /** The database's clock, as it tells when a row was settled. */
  Instant now() {
    OffsetDateTime now = jdbc.queryForObject("SELECT clock_timestamp()", OffsetDateTime.class);
    return Objects.requireNonNull(now).toInstant();
  }

  /**
   * Folds the oldest rows that were settled before an instant; how many.
   *
   * @throws ArithmeticException if a sum of them does not fit in a {@code long}; a single row's always do
   */
  int fold(Instant before, int most) {
    Integer folded = jdbc.execute((ConnectionCallback<Integer>) connection -> {
      var ids = new ArrayList<Long>();
      Map<Long, UsageSums> byCut = read(connection, before, most, ids);
      if (!ids.isEmpty()) {
        var rows = new RollUpRows(zones(connection, byCut));
        byCut.forEach((cut, sums) -> sums.forEach((group, each) -> rows.add(cut, group, each)));
        rows.write(connection);
        remove(connection, ids);
      }
      return ids.size();
    });
    return folded == null ? 0 : folded;
  }

  /** Which close was the last one cut before a row was settled is part of what is told apart. */
  private static Map<Long, UsageSums> read(Connection connection, Instant before, int most, List<Long> ids)
      throws SQLException {
    NavigableMap<Instant, Long> cuts = cuts(connection);
    var byCut = new HashMap<Long, UsageSums>();
    try (PreparedStatement statement = connection.prepareStatement(WAITING)) {
      statement.setString(1, before.equals(Instant.MAX) ? "infinity" : before.toString());
      statement.setInt(2, most);
      statement.setFetchSize(FETCHED_AT_ONCE);
      try (ResultSet rows = statement.executeQuery()) {
        int groups = 0;
        while (groups < MOST_GROUPS && rows.next()) {
          ids.add(rows.getLong(1));
          Map.Entry<Instant, Long> cut = cuts.floorEntry(instant(rows, 2));
          UsageSums sums = byCut.computeIfAbsent(cut == null ? 0L : cut.getValue(), each -> new UsageSums());
          PackedSums.unpack(rows.getBytes(3), sums);
          groups = byCut.values().stream().mapToInt(UsageSums::size).sum();
        }
      }
    }
    return byCut;
  }

  /** The number of the last close that was cut at an instant or before. */
  private static NavigableMap<Instant, Long> cuts(Connection connection) throws SQLException {
    var cuts = new TreeMap<Instant, Long>();
    try (PreparedStatement statement = connection.prepareStatement(
        "SELECT cut_at, max(id) OVER (ORDER BY cut_at) FROM billing.close WHERE cut_at IS NOT NULL");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        cuts.put(instant(rows, 1), rows.getLong(2));
      }
    }
    return cuts;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** Of the contracts that priced the requests. */
  private static Map<Long, ZoneId> zones(Connection connection, Map<Long, UsageSums> byCut)
      throws SQLException {
    Set<Long> contracts = new HashSet<>();
    byCut.values().forEach(sums -> sums.forEach((group, each) -> contracts.add(group.contract())));
    var zones = new HashMap<Long, ZoneId>();
    try (PreparedStatement statement = connection
        .prepareStatement("SELECT id, zone FROM billing.contract WHERE id = ANY (?)")) {
      statement.setArray(1, connection.createArrayOf("int8", contracts.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String zone = rows.getString(2);
          zones.put(rows.getLong(1), zone.equals("Z") ? ZoneOffset.UTC : ZoneId.of(zone));
        }
      }
    }
    return zones;
  }

  private static void remove(Connection connection, List<Long> ids) throws SQLException {
    try (PreparedStatement statement = connection
        .prepareStatement("DELETE FROM billing.usage_delta WHERE id = ANY (?)")) {
      statement.setArray(1, connection.createArrayOf("int8", ids.toArray()));
      int removed = statement.executeUpdate();
      if (removed != ids.size()) {
        throw new IllegalStateException(
            "Of " + ids.size() + " deltas that were folded, " + removed + " were there");
      }
    }
  }
}
