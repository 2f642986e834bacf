package dev.tollgate.billing.ledger;

import dev.tollgate.billing.copying.BinaryCopy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a transaction of settlement draws from funds. It is written down beside the usage, to be posted to funds, leases
 * and ledger by {@link Postings} together with what other transactions drew (ADR 0007).
 *
 * <p>What an instance settles whose epoch has ended, because it was taken for dead, has no lease to be drawn from, and is
 * drawn at once from what the fund has free; what it no longer covers is the operator's loss, never the tenant's.
 */
public final class Draws {

  private static final String WRITE_DOWN = "COPY billing.posting (bucket, epoch, batch, accounts, amounts) FROM STDIN (FORMAT BINARY)";
  private static final int COLUMNS = 5;

  private final Map<Share, Long> amounts = new LinkedHashMap<>();

  private record Bucket(long epoch, short number) {}

  /**
   * Keeps epochs from being ended until the transaction is over, and returns those that have not ended. A settlement does
   * this before all else, so that it never waits for an ending while it holds what that may wait for.
   */
  public static Set<Long> keepOpen(Connection connection, Set<Long> epochs) throws SQLException {
    var open = new HashSet<Long>();
    try (PreparedStatement statement = connection.prepareStatement(
        "SELECT epoch FROM billing.instance WHERE epoch = ANY (?) ORDER BY epoch FOR KEY SHARE")) {
      statement.setArray(1, connection.createArrayOf("int8", epochs.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          open.add(rows.getLong(1));
        }
      }
    }
    return open;
  }

  /**
   * Adds an amount to what is to be drawn.
   *
   * @throws ArithmeticException if the sum does not fit in a {@code long}
   */
  public void add(long epoch, long account, long amount) {
    if (amount > 0) {
      amounts.merge(new Share(epoch, account), amount, Math::addExact);
    }
  }

  /**
   * Writes it all down. The connection's transaction is the caller's.
   *
   * @param openEpochs what {@link #keepOpen} returned in this transaction
   */
  public void write(Connection connection, UUID batch, Set<Long> openEpochs) throws SQLException {
    var covered = new ArrayList<Map.Entry<Share, Long>>(amounts.size());
    var late = new TreeMap<Share, Long>();
    for (Map.Entry<Share, Long> draw : amounts.entrySet()) {
      if (openEpochs.contains(draw.getKey().epoch())) {
        covered.add(draw);
      } else {
        late.put(draw.getKey(), draw.getValue());
      }
    }
    for (Map.Entry<Share, Long> draw : late.entrySet()) {
      LateDraw.post(connection, batch, draw.getKey(), BigDecimal.valueOf(draw.getValue()));
    }
    if (!covered.isEmpty()) {
      writeDown(connection, batch, covered);
    }
  }

  private static void writeDown(Connection connection, UUID batch, List<Map.Entry<Share, Long>> draws)
      throws SQLException {
    var rows = new LinkedHashMap<Bucket, List<Map.Entry<Share, Long>>>();
    for (Map.Entry<Share, Long> draw : draws) {
      Share share = draw.getKey();
      rows.computeIfAbsent(new Bucket(share.epoch(), Postings.bucket(share.account())),
          each -> new ArrayList<>())
          .add(draw);
    }
    BinaryCopy.insert(connection, WRITE_DOWN, COLUMNS, rows.entrySet(), (row, bucket) -> {
      row.smallint(bucket.getKey().number());
      row.bigint(bucket.getKey().epoch());
      row.uuid(batch);
      row.bigints(bucket.getValue(), draw -> draw.getKey().account());
      row.bigints(bucket.getValue(), Map.Entry::getValue);
    });
  }
}
