package dev.tollgate.gateway.admission.idempotency;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A database that does the first thing it is asked, goes away before it has said so, and comes back when a test wants. */
final class LostAnswer extends DelegatingDataSource {

  volatile boolean isBack;
  private volatile boolean isAway;

  LostAnswer(DataSource database) {
    super(database);
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (isAway && !isBack) {
      throw new SQLException("The database is away", "08001");
    }
    Connection real = super.getConnection();
    return isBack ? real : (Connection) proxy(Connection.class, real);
  }

  private Object proxy(Class<?> type, Object real) {
    return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{type},
        (proxy, method, arguments) -> {
          try {
            Object result = method.invoke(real, arguments);
            if (method.getName().startsWith("execute")) {
              isAway = true;
              throw new SQLException("The answer is lost", "08006");
            }
            return result instanceof PreparedStatement ? proxy(PreparedStatement.class, result) : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
