package dev.tollgate.billing.wiring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Two small pools of billing's own: one for the settlement writers, one for leases and heartbeats. Not beans of type
 * {@link DataSource}, so that the application's own pool stays the only candidate for everyone else.
 */
final class OwnConnections implements AutoCloseable {

  /** Longer than any statement takes; shorter than the time in which an instance must know that it is cut off. */
  private static final String SOCKET_TIMEOUT_SECONDS = "5";

  private static final String CONNECT_TIMEOUT_SECONDS = "2";
  private static final int REPLAY = 1;

  private final HikariDataSource settlement;
  private final HikariDataSource funds;

  OwnConnections(JdbcConnectionDetails database, BillingProperties properties) {
    settlement = pool(database, "billing-settlement", properties.settlementWriters() + REPLAY);
    funds = pool(database, "billing-funds", properties.fundsConnections());
  }

  DataSource ofSettlement() {
    return settlement;
  }

  DataSource ofFunds() {
    return funds;
  }

  @Override
  public void close() {
    settlement.close();
    funds.close();
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
    config.addDataSourceProperty("ApplicationName", name);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    return new HikariDataSource(config);
  }
}
