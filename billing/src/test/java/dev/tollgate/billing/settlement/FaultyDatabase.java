package dev.tollgate.billing.settlement;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A database that is away as a test wants, or whose commits fail: before they happen, or after, so that nobody knows. */
final class FaultyDatabase extends DelegatingDataSource {

  final AtomicInteger failBeforeCommit = new AtomicInteger();
  final AtomicInteger failAfterCommit = new AtomicInteger();
  volatile String sqlState = "08006";
  /** Whether nobody can connect. */
  volatile boolean away;
  /** Whether it goes away with the next commit that fails afterwards. */
  volatile boolean awayOnceCommitted;

  @Override
  public Connection getConnection() throws SQLException {
    if (away) {
      throw new SQLException("The database is away", "08001");
    }
    Connection real = super.getConnection();
    return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{Connection.class},
        (proxy, method, arguments) -> {
          boolean commit = method.getName().equals("commit");
          if (commit && take(failBeforeCommit)) {
            throw new SQLException("failed before the commit", sqlState);
          }
          try {
            Object result = method.invoke(real, arguments);
            if (commit && take(failAfterCommit)) {
              away |= awayOnceCommitted;
              throw new SQLException("failed after the commit", sqlState);
            }
            return result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static boolean take(AtomicInteger faults) {
    return faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }
}
