package dev.tollgate.gateway.coordination;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A small pool of connections for what instances tell each other. Not a bean of type {@code DataSource}, so that the
 * application's own pool stays the only candidate for everyone else.
 */
public final class SharedDatabase implements AutoCloseable {

  private static final String NAME = "gateway-coordination";
  private static final String SOCKET_TIMEOUT_SECONDS = "10";
  /** The server gives up before its client does, which then knows that nothing comes of it any more. */
  private static final String SERVER_TIMEOUT = "SET statement_timeout = '8s'";

  private final HikariDataSource pool;

  SharedDatabase(JdbcConnectionDetails database, int connections) {
    var config = new HikariConfig();
    config.setPoolName(NAME);
    config.setJdbcUrl(database.getJdbcUrl());
    config.setUsername(database.getUsername());
    config.setPassword(database.getPassword());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(1_000);
    // The application starts while the database is still away.
    config.setInitializationFailTimeout(-1);
    config.setConnectionInitSql(SERVER_TIMEOUT);
    config.addDataSourceProperty("ApplicationName", NAME);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    pool = new HikariDataSource(config);
  }

  /** Statements on these connections, each a transaction of its own. */
  public JdbcClient jdbc() {
    return JdbcClient.create(pool);
  }

  @Override
  public void close() {
    pool.close();
  }
}
