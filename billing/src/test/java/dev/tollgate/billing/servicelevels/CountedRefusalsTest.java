package dev.tollgate.billing.servicelevels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.funds.House;
import dev.tollgate.tenants.TenantId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Refusals that leave no usage: counted in memory, written whole, never twice. */
class CountedRefusalsTest {

  private static final int ROOM = 3;

  private final House house = new House();
  private final Outages outages = new Outages(house.pool);
  private final TenantId tenant = house.payAsYouGo(0);
  private final CountedRefusals refusals = new CountedRefusals(house.contracts, outages, house.time.clock(),
      ROOM);

  @AfterEach
  void close() {
    house.close();
  }

  private void at(String time) {
    house.time.moveTo(Instant.parse("2026-11-15T" + time + "Z"));
  }

  private void count(TenantId whose, int times) {
    for (int i = 0; i < times; i++) {
      refusals.count(whose, house.time.clock().instant());
    }
  }

  private List<String> rows() {
    return house.jdbc
        .sql(
            """
                SELECT to_char(quarter AT TIME ZONE 'UTC', 'HH24:MI') || ' ' || sum(requests) FROM billing.operator_refusal
                WHERE tenant_id = :tenant GROUP BY quarter ORDER BY quarter
                """)
        .param("tenant", tenant.value()).query(String.class).list();
  }

  @Test
  void theyAreWrittenByTheQuarterOfAnHourInWhichTheyArrived() {
    at("12:05:00");
    count(tenant, 2);
    at("12:20:00");
    count(tenant, 3);
    refusals.write();
    assertThat(rows()).containsExactly("12:00 2", "12:15 3");
    count(tenant, 1);
    refusals.write();
    refusals.write();
    assertThat(rows()).containsExactly("12:00 2", "12:15 4");
    refusals.count(tenant, Instant.parse("2026-11-15T12:10:00Z"));
    refusals.write();
    assertThat(rows()).as("a quarter that was over and forgotten").containsExactly("12:00 3", "12:15 4");
    assertThat(refusals.counted()).isEqualTo(7);
  }

  @Test
  void theyAreKeptWhileTheDatabaseIsAway() {
    count(tenant, 2);
    outages.state = State.AWAY;
    assertThatThrownBy(refusals::write).isInstanceOf(DataAccessException.class);
    count(tenant, 3);
    assertThatThrownBy(refusals::write).isInstanceOf(DataAccessException.class);
    assertThat(refusals.isBehind()).isFalse();
    at("12:40:00");
    assertThat(refusals.isBehind()).as("a close must not take the month for complete").isTrue();
    outages.state = State.THERE;
    refusals.write();
    assertThat(rows()).containsExactly("12:00 5");
    assertThat(refusals.isBehind()).isFalse();
  }

  @Test
  void aStatementWhoseEndNobodyHeardOfCountsOnce() {
    count(tenant, 2);
    outages.state = State.LOST_AFTERWARDS;
    assertThatThrownBy(refusals::write).isInstanceOf(DataAccessException.class);
    outages.state = State.THERE;
    count(tenant, 1);
    refusals.write();
    assertThat(rows()).containsExactly("12:00 3");
  }

  @Test
  void severalGatewaysAddUp() {
    var other = new CountedRefusals(house.contracts, house.pool, house.time.clock());
    count(tenant, 2);
    other.count(tenant, house.time.clock().instant());
    refusals.write();
    other.write();
    assertThat(rows()).containsExactly("12:00 3");
  }

  @Test
  void whatThereIsNoRoomForIsToldOf() {
    for (int i = 0; i < ROOM; i++) {
      count(house.payAsYouGo(0), 1);
    }
    count(tenant, 2);
    assertThat(refusals.dropped()).isEqualTo(2);
    assertThat(refusals.counted()).isEqualTo(ROOM);
    refusals.write();
    at("12:20:00");
    refusals.write();
    count(tenant, 1);
    assertThat(refusals.dropped()).as("once what was over is written, there is room again").isEqualTo(2);
  }

  @Test
  void whoHasNoContractWasPromisedNothing() {
    count(new TenantId(UUID.randomUUID()), 1);
    assertThat(refusals.counted()).isZero();
  }

  @Test
  void theDatabaseRefusesToCountBackwards() {
    count(tenant, 2);
    refusals.write();
    for (String change : List.of("requests = 1", "quarter = quarter + interval '15 minutes'",
        "counter = gen_random_uuid()")) {
      assertThatThrownBy(() -> house.jdbc.sql("UPDATE billing.operator_refusal SET " + change).update())
          .hasMessageContaining("may only count on");
    }
    assertThatThrownBy(() -> house.jdbc.sql("DELETE FROM billing.operator_refusal").update())
        .hasMessageContaining("append-only");
  }

  private enum State {
    THERE, AWAY, LOST_AFTERWARDS
  }

  /** The database behind a network that fails, before or after a statement was carried out. */
  private static final class Outages extends DelegatingDataSource {

    private volatile State state = State.THERE;

    Outages(DataSource database) {
      super(database);
    }

    @Override
    public Connection getConnection() throws SQLException {
      if (state == State.AWAY) {
        throw lost();
      }
      return proxy(Connection.class, super.getConnection(), "prepareStatement");
    }

    private <T> T proxy(Class<T> type, T real, String watched) {
      return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{type},
          (_, method, arguments) -> {
            try {
              Object result = method.invoke(real, arguments);
              if (state == State.LOST_AFTERWARDS && method.getName().equals("executeUpdate")) {
                throw lost();
              }
              return method.getName().equals(watched)
                  ? proxy(PreparedStatement.class, (PreparedStatement) result, "")
                  : result;
            } catch (InvocationTargetException e) {
              throw e.getCause();
            }
          }));
    }

    private static SQLException lost() {
      return new SQLException("The database is gone", "08006");
    }
  }
}
