package dev.tollgate.billing.invoicing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A database that is lost at a chosen statement or commit, before or after it took effect, and stays away from then on. */
final class FaultyStatements extends DelegatingDataSource {

  private final AtomicInteger left;
  private final boolean afterwards;

  /** @param at which statement or commit, from 1 on, is the last; 0 for none */
  FaultyStatements(DataSource database, int at, boolean afterwards) {
    super(database);
    this.left = new AtomicInteger(at == 0 ? Integer.MAX_VALUE : at);
    this.afterwards = afterwards;
  }

  /** How many statements and commits there were, if none failed. */
  int count() {
    return Integer.MAX_VALUE - left.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection real = super.getConnection();
    return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{Connection.class},
        (proxy, method, arguments) -> {
          boolean counts = method.getName().equals("commit") || method.getName().equals("prepareStatement");
          int now = counts ? left.decrementAndGet() : left.get();
          if (counts && (now < 0 || (now == 0 && !(afterwards && method.getName().equals("commit"))))) {
            throw new SQLException("The database is gone", "08006");
          }
          try {
            Object result = method.invoke(real, arguments);
            if (counts && now == 0) {
              throw new SQLException("The database went away after the commit", "08006");
            }
            return result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
