package dev.tollgate.billing.wiring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Small pools of billing's own: for the settlement writers, for leases, and for heartbeats, which must not wait behind
 * requests that want leases. Not beans of type
 * {@link DataSource}, so that the application's own pool stays the only candidate for everyone else.
 */
final class OwnConnections implements AutoCloseable {

  /** Longer than any statement takes; shorter than the time in which an instance must know that it is cut off. */
  private static final String SOCKET_TIMEOUT_SECONDS = "5";

  /**
   * The server gives up before its client does, or a client that goes away would leave locks behind that keep the next
   * one waiting. No commit is cut short by it: PostgreSQL counts none of its time.
   */
  private static final String SERVER_TIMEOUTS = "SET statement_timeout = '4s'; "
      + "SET idle_in_transaction_session_timeout = '5s'";

  private static final String CONNECT_TIMEOUT_SECONDS = "2";
  private static final int REPLAY = 1;

  private final HikariDataSource settlement;
  private final HikariDataSource funds;
  private final HikariDataSource heartbeat;

  OwnConnections(JdbcConnectionDetails database, BillingProperties properties) {
    settlement = pool(database, "billing-settlement", properties.settlementWriters() + REPLAY);
    funds = pool(database, "billing-funds", properties.fundsConnections());
    heartbeat = pool(database, "billing-heartbeat", 1);
  }

  DataSource ofSettlement() {
    return settlement;
  }

  DataSource ofFunds() {
    return funds;
  }

  DataSource ofHeartbeat() {
    return heartbeat;
  }

  @Override
  public void close() {
    settlement.close();
    funds.close();
    heartbeat.close();
  }

  private static HikariDataSource pool(JdbcConnectionDetails database, String name, int size) {
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(database.getJdbcUrl());
    config.setUsername(database.getUsername());
    config.setPassword(database.getPassword());
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(1_000);
    config.setValidationTimeout(1_000);
    // The application starts, and says that it is unavailable, while the database is still away.
    config.setInitializationFailTimeout(-1);
    config.setConnectionInitSql(SERVER_TIMEOUTS);
    config.addDataSourceProperty("ApplicationName", name);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    return new HikariDataSource(config);
  }
}
