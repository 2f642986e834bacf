package dev.tollgate.billing.rollups;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.copying.BinaryCopy;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.rollups.UsageSums.Group;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What one transaction of settlement adds to the roll-ups, summed by what they tell apart. It is one row, written in that
 * transaction, whatever the number of requests; {@link RollUps} folds it in some seconds later (ADR 0015).
 */
public final class UsageDelta {

  private static final String COPY = "COPY billing.usage_delta (batch, packed) FROM STDIN (FORMAT BINARY)";
  private static final int COLUMNS = 2;

  private final UsageSums sums = new UsageSums();

  /**
   * Adds a usage row that the transaction inserts.
   *
   * @throws ArithmeticException if a sum does not fit in a {@code long}
   */
  public void add(Payer payer, long contract, String model, String region, String currency, Instant arrivedAt,
      Consumption consumption, Bill bill) {
    sums.add(new Group(payer, contract, model, region, currency, consumption.outcome(),
        Group.quarter(arrivedAt)), consumption.usage(), bill);
  }

  /**
   * Writes it all down, if there is anything. The connection's transaction is the caller's.
   *
   * @param batch that its usage rows name, and no others: those are in the roll-ups as soon as this row is gone
   */
  public void write(Connection connection, UUID batch) throws SQLException {
    if (sums.size() > 0) {
      PackedBytes packed = PackedSums.pack(sums);
      BinaryCopy.insert(connection, COPY, COLUMNS, List.of(packed), (row, each) -> {
        row.uuid(batch);
        row.bytea(each.bytes(), each.length());
      });
    }
  }

  /**
   * What requests in a row that waits were billed in money, in pico-units.
   *
   * @param packed the row's column of that name
   * @param from when they arrived at the earliest, a whole quarter of an hour
   */
  public static BigInteger amount(byte[] packed, String currency, Instant from, Predicate<Payer> payers) {
    var waiting = new UsageSums();
    PackedSums.unpack(packed, waiting);
    var amounts = new ArrayList<BigInteger>();
    waiting.forEach((group, sums) -> {
      if (group.currency().equals(currency) && !group.from().isBefore(from) && payers.test(group.payer())) {
        amounts.add(BigInteger.valueOf(sums.amountPico()));
      }
    });
    return amounts.stream().reduce(BigInteger.ZERO, BigInteger::add);
  }
}
