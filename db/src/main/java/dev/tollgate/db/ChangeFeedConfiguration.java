package dev.tollgate.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The change feed of an application, on the database that its connection pool uses. */
@Configuration(proxyBeanMethods = false)
public class ChangeFeedConfiguration {

  private static final String ANSWERS_WITHIN_SECONDS = "10";

  @Bean
  ChangeFeed changeFeed(JdbcConnectionDetails database) {
    return new ListeningChangeFeed(() -> connect(database));
  }

  private static Connection connect(JdbcConnectionDetails database) throws SQLException {
    var properties = new Properties();
    set(properties, PGProperty.USER, database.getUsername());
    set(properties, PGProperty.PASSWORD, database.getPassword());
    set(properties, PGProperty.APPLICATION_NAME, "tollgate change feed");
    set(properties, PGProperty.CONNECT_TIMEOUT, "5");
    // A server that takes the connection and says nothing would keep it for ever; waiting for announcements has its own time.
    set(properties, PGProperty.SOCKET_TIMEOUT, ANSWERS_WITHIN_SECONDS);
    set(properties, PGProperty.TCP_KEEP_ALIVE, "true");
    return DriverManager.getConnection(database.getJdbcUrl(), properties);
  }

  private static void set(Properties properties, PGProperty property, @Nullable String value) {
    if (value != null) {
      property.set(properties, value);
    }
  }
}
