package dev.tollgate.system.chaos;

import dev.tollgate.tenants.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** Looks at the funds in the database several times a second, whenever the database is there. */
final class Watch implements AutoCloseable {

  /** Paid in less used, not counting what the operator bears; and what is leased to instances that have gone silent. */
  private static final String LOOK = """
      WITH paid AS (
        SELECT a.tenant_id, sum(t.amount) AS amount FROM billing.transfer t
        JOIN billing.account a ON a.id = t.credit_account WHERE t.reason = 'TOP_UP' GROUP BY 1),
      used AS (SELECT tenant_id, sum(amount_pico) AS amount FROM billing.usage GROUP BY 1),
      borne AS (
        SELECT a.tenant_id, sum(t.amount) AS amount FROM billing.transfer t
        JOIN billing.account a ON a.id = t.debit_account WHERE a.kind = 'LOSS' AND a.unit = 'USD' GROUP BY 1),
      silent AS (
        SELECT f.tenant_id, sum(l.granted) AS amount FROM billing.lease l
        JOIN billing.instance i ON i.epoch = l.epoch JOIN billing.fund f ON f.account_id = l.account_id
        WHERE i.heartbeat_at < clock_timestamp() - interval '3 seconds' AND f.kind IN ('MONEY', 'BUDGET')
        GROUP BY 1),
      least AS (SELECT tenant_id, min(balance + credit_limit) AS amount FROM billing.fund GROUP BY 1)
      SELECT p.tenant_id, p.amount - COALESCE(u.amount, 0) + COALESCE(b.amount, 0), COALESCE(s.amount, 0), l.amount
      FROM paid p LEFT JOIN used u USING (tenant_id) LEFT JOIN borne b USING (tenant_id)
        LEFT JOIN silent s USING (tenant_id) LEFT JOIN least l USING (tenant_id)
      """;
  private static final long PAUSE_MILLIS = 250;
  private static final long SLOW_NANOS = 1_000_000_000;

  private final PostgresServer server;
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofVirtual().unstarted(this::run);

  /**
   * The funds at one moment.
   *
   * @param unspent paid in less settled
   * @param silent leased to instances that have not renewed for seconds
   * @param least the lowest of the tenant's funds, with its credit
   */
  record Funds(long unspent, long silent, long least) {}

  record Sample(long atNanos, Map<TenantId, Funds> funds) {}

  Watch(PostgresServer server) {
    this.server = server;
    thread.start();
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
        while (true) {
          look(statement);
          Thread.sleep(PAUSE_MILLIS);
        }
      } catch (SQLException e) {
        // The database is restarting: that is part of the test, and nothing is judged by what was not seen.
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Statement statement) throws SQLException {
    long at = System.nanoTime();
    Map<TenantId, Funds> funds = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(LOOK)) {
      while (rows.next()) {
        funds.put(new TenantId(rows.getObject(1, UUID.class)),
            new Funds(rows.getBigDecimal(2).longValueExact(),
                rows.getBigDecimal(3).longValueExact(), rows.getBigDecimal(4).longValueExact()));
      }
    }
    samples.add(new Sample(at, funds));
  }

  /** All looks so far. */
  List<Sample> samples() {
    return new ArrayList<>(samples);
  }

  /** Whether it took the database so long to answer as it does on a machine that is too busy. */
  boolean sawItSlow(long fromNanos, long untilNanos) {
    List<Sample> seen = samples();
    for (int i = 1; i < seen.size(); i++) {
      long before = seen.get(i - 1).atNanos();
      long after = seen.get(i).atNanos();
      if (after - before > SLOW_NANOS && after - fromNanos >= 0 && before - untilNanos <= 0) {
        return true;
      }
    }
    return false;
  }

  /** What silent instances had at most of a tenant's funds in a span of time, or -1 if nobody looked then. */
  long mostSilent(TenantId tenant, long fromNanos, long untilNanos) {
    return samples.stream()
        .filter(sample -> sample.atNanos() - fromNanos >= 0 && sample.atNanos() - untilNanos <= 0)
        .map(sample -> sample.funds().get(tenant)).mapToLong(funds -> funds == null ? 0 : funds.silent())
        .max()
        .orElse(-1);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
