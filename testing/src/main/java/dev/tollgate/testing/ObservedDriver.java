package dev.tollgate.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC driver in front of PostgreSQL's that sees whatever asks the database, over all pools of a process, and can hold
 * it back. For tests of what must not wait for the database.
 */
public final class ObservedDriver implements Driver {

  private static final String PREFIX = "jdbc:observed:";
  private static final Set<String> ASKING = Set.of("commit", "rollback", "isValid", "unwrap", "getMetaData");

  private static volatile @Nullable Observation observation;

  static {
    try {
      DriverManager.registerDriver(new ObservedDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The same database, observed. */
  public static String url(String postgresUrl) {
    return PREFIX + postgresUrl;
  }

  /** Notes from now on what asks the database, one observation at a time. */
  public static Observation observe() {
    return begin(new CountDownLatch(0));
  }

  /** From now on nobody gets an answer from the database before the observation ends. */
  public static Observation holdBack() {
    return begin(new CountDownLatch(1));
  }

  private static Observation begin(CountDownLatch gate) {
    var begun = new Observation(gate);
    observation = begun;
    return begun;
  }

  /** One question to the database: what was asked, and by which thread. */
  public record Question(String what, String thread) {}

  /** A span of time in which questions are noted. */
  public static final class Observation implements AutoCloseable {

    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate;

    private Observation(CountDownLatch gate) {
      this.gate = gate;
    }

    /** All so far, of any thread. */
    public List<Question> questions() {
      return List.copyOf(questions);
    }

    private void note(String what) throws InterruptedException {
      questions.add(new Question(what, Thread.currentThread().getName()));
      gate.await();
    }

    /** Lets go whatever was held back. */
    @Override
    public void close() {
      observation = null;
      gate.countDown();
    }
  }

  @Override
  public @Nullable Connection connect(String url, Properties properties) throws SQLException {
    return acceptsURL(url)
        ? observed(Connection.class, DriverManager.getConnection(url.substring(PREFIX.length()), properties))
        : null;
  }

  private static <T> T observed(Class<T> type, T real) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
        (proxy, method, arguments) -> call(real, method, arguments)));
  }

  private static @Nullable Object call(Object real, Method method, @Nullable Object[] arguments)
      throws Throwable {
    Observation present = observation;
    if (present != null && asks(method.getName())) {
      present.note(arguments != null && arguments.length > 0 && arguments[0] instanceof String sql
          ? sql
          : method.getName());
    }
    try {
      Object result = method.invoke(real, arguments);
      Class<?> type = method.getReturnType();
      return result != null && Statement.class.isAssignableFrom(type) ? wrapped(type, result) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static <T> T wrapped(Class<T> type, Object statement) {
    return observed(type, type.cast(statement));
  }

  /** Whether a method goes to the server, or gives its caller the means to go there unobserved. */
  private static boolean asks(String method) {
    return method.startsWith("execute") || ASKING.contains(method);
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger(ObservedDriver.class.getName());
  }
}
