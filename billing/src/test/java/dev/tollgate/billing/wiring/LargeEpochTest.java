package dev.tollgate.billing.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a gateway with many active tenants leaves behind, over the connections and timeouts of production. */
class LargeEpochTest {

  private static final int TENANTS = 10_000;
  private static final long TOP_UP = 1_000_000_000_000L;
  private static final long GRANTED = 1_000_000_000L;
  private static final long DRAWN = 1_000;
  private static final Duration MARGIN = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(5);

  private final TestPostgres.Database database = TestPostgres.migrated();
  private final OwnConnections connections = new OwnConnections(details(), new Binder(
      new MapConfigurationPropertySource(Map.of())).bindOrCreate("tollgate.billing",
          BillingProperties.class));
  private final DataSource pool = connections.ofFunds();
  private final JdbcClient jdbc = JdbcClient.create(pool);

  @AfterEach
  void close() {
    connections.close();
  }

  private JdbcConnectionDetails details() {
    return new JdbcConnectionDetails() {
      @Override
      public String getUsername() {
        return database.user();
      }

      @Override
      public String getPassword() {
        return database.password();
      }

      @Override
      public String getJdbcUrl() {
        return database.url();
      }
    };
  }

  /** Tenants with money, of which the one epoch has leased and drawn some that is not posted yet. */
  private void seed() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
        database.password()); Statement statement = connection.createStatement()) {
      statement.execute(
          """
              CREATE TEMP TABLE tenant AS SELECT gen_random_uuid() AS id FROM generate_series(1, %1$d);
              INSERT INTO billing.account (tenant_id, kind, unit)
              SELECT id, kind, 'USD' FROM tenant, unnest(ARRAY['MONEY', 'CASH', 'REVENUE', 'LOSS']) AS kind;
              INSERT INTO billing.fund (account_id, tenant_id, kind, unit, balance, leased, drawn_into, covered_by)
              SELECT m.id, tenant_id, 'MONEY', 'USD', %2$d, %3$d, r.id, l.id
              FROM billing.account m JOIN billing.account r USING (tenant_id) JOIN billing.account l USING (tenant_id)
              WHERE m.kind = 'MONEY' AND r.kind = 'REVENUE' AND l.kind = 'LOSS';
              INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason, reference)
              SELECT gen_random_uuid(), c.id, m.id, %2$d, 'USD', 'TOP_UP', 'first'
              FROM billing.account m JOIN billing.account c USING (tenant_id) WHERE m.kind = 'MONEY' AND c.kind = 'CASH';
              INSERT INTO billing.instance (id, expires_at) VALUES (gen_random_uuid(), now() - interval '1 hour');
              INSERT INTO billing.lease (epoch, account_id, granted)
              SELECT epoch, account_id, %3$d FROM billing.instance, billing.fund;
              INSERT INTO billing.usage (request_id, tenant_id, project_id, key_id, contract_id, model, region, endpoint,
                outcome, input_tokens, cached_input_tokens, output_tokens, currency, amount_pico, free_tokens, lines,
                arrived_at, completed_at, epoch, batch)
              SELECT gen_random_uuid(), id, id, id, 1, 'm', 'r', 'e', 'COMPLETED', 1, 0, 1, 'USD', %4$d, 0, '[]', now(),
                now(), (SELECT epoch FROM billing.instance), gen_random_uuid() FROM tenant;
              INSERT INTO billing.posting (bucket, epoch, batch, accounts, amounts)
              SELECT billing.posting_bucket(account_id), (SELECT epoch FROM billing.instance), gen_random_uuid(),
                array_agg(account_id), array_agg(%4$d::bigint)
              FROM billing.fund GROUP BY billing.posting_bucket(account_id), account_id %% 640;
              """
              .formatted(TENANTS, TOP_UP, GRANTED, DRAWN));
    }
  }

  /** Also before the server has gathered any statistics. */
  @ParameterizedTest
  @ValueSource(strings = {"ANALYZE", "DELETE FROM pg_statistic"})
  void anEpochThatLeasedOfTenThousandAccountsIsReclaimedWithinTheTimeOfOneHeartbeatsStatement(
      String statistics)
      throws SQLException {
    seed();
    jdbc.sql(statistics).update();
    assertThat(differences()).isZero();
    long begun = System.nanoTime();
    assertThat(Leases.inDatabase(pool).reclaim(MARGIN)).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
    assertThat(differences()).isZero();
    assertThat(jdbc.sql("SELECT count(*) FROM billing.fund WHERE balance = :left AND leased = 0")
        .param("left", TOP_UP - DRAWN).query(Integer.class).single()).isEqualTo(TENANTS);
    assertThat(jdbc.sql("SELECT count(*) FROM billing.lease").query(Integer.class).single()).isZero();
  }

  private int differences() {
    return jdbc.sql("SELECT count(*) FROM billing.reconciliation").query(Integer.class).single();
  }

  @Test
  void theServerEndsAStatementBeforeItsClientStopsListening() {
    for (DataSource each : new DataSource[]{pool, connections.ofSettlement(), connections.ofHeartbeat()}) {
      assertThat(JdbcClient.create(each).sql("SHOW statement_timeout").query(String.class).single())
          .isEqualTo("4s");
      assertThat(JdbcClient.create(each).sql("SHOW idle_in_transaction_session_timeout").query(String.class)
          .single()).isEqualTo("5s");
    }
  }
}
