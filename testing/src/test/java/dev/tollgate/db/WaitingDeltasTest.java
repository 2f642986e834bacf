package dev.tollgate.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.TestPostgres;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What waits to be folded into the roll-ups as arrays is folded by the migration after which they are packed. */
class WaitingDeltasTest {

  private static final String TENANT = "00000000-0000-0000-0000-00000000000a";

  @Test
  void whatWaitsIsInTheRollUpsAfterwards() {
    try (var pool = TestPostgres.empty().pool(2)) {
      var flyway = Flyway.configure().dataSource(pool).locations("classpath:db/migrations");
      flyway.target("66").load().migrate();
      JdbcClient jdbc = JdbcClient.create(pool);
      long shanghai = contract(jdbc, "Asia/Shanghai");
      long offset = contract(jdbc, "-04:00");
      // Half past four in the afternoon of the last day of October in UTC.
      waiting(jdbc, 0, 1_793_464_200L);
      waiting(jdbc, shanghai, 1_793_464_200L);
      waiting(jdbc, shanghai, 1_793_464_200L);
      // Three in the morning of the first day of November.
      waiting(jdbc, offset, 1_793_502_000L);
      flyway.target("67").load().migrate();
      assertThat(rows(jdbc, "SELECT day || ' ' || requests || ' ' || output_tokens || ' ' || amount_pico "
          + "FROM billing.usage_day ORDER BY 1")).containsExactly("2026-10-31 4 40 20", "2026-11-01 4 40 20");
      assertThat(rows(jdbc,
          "SELECT month || ' ' || contract_id || ' ' || account_id || ' ' || requests || ' ' || tokens "
              + "|| ' ' || amount FROM billing.usage_month ORDER BY contract_id, account_id"))
          .containsExactly(
              "2026-10-01 0 7 2 15 10", "2026-10-01 0 8 2 5 0", "2026-11-01 " + shanghai + " 7 4 30 20",
              "2026-11-01 " + shanghai + " 8 4 10 0", "2026-10-01 " + offset + " 7 2 15 10",
              "2026-10-01 " + offset + " 8 2 5 0");
      assertThat(rows(jdbc, "SELECT count(*)::text FROM billing.usage_delta")).containsExactly("0");
    }
  }

  private static long contract(JdbcClient jdbc, String zone) {
    return jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (gen_random_uuid(), 'pay-as-you-go', 'USD', ?, 0, tstzrange('2026-01-01', NULL)) RETURNING id
        """).param(zone).query(Long.class).single();
  }

  /** Two requests of one group, drawn from two accounts. */
  private static void waiting(JdbcClient jdbc, long contract, long quarter) {
    jdbc.sql(
        """
            INSERT INTO billing.usage_delta (tenants, projects, keys, contracts, models, regions, currencies, outcomes, quarters,
              requests, input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amounts, line_groups,
              line_accounts, line_prices, line_unit_prices, line_requests, line_tokens, line_amounts)
            VALUES (ARRAY[:tenant]::uuid[], ARRAY[:tenant]::uuid[], ARRAY[:tenant]::uuid[], ARRAY[:contract]::bigint[], '{m}',
              '{eu}', '{USD}', '{COMPLETED}', ARRAY[:quarter]::bigint[], '{2}', '{0}', '{0}', '{20}', '{0}', '{0}', '{10}',
              '{1,1}', '{7,8}', '{1,2}', '{1,1}', '{2,2}', '{15,5}', '{10,0}')
            """)
        .param("tenant", TENANT).param("contract", contract).param("quarter", quarter).update();
  }

  private static List<String> rows(JdbcClient jdbc, String query) {
    return jdbc.sql(query).query(String.class).list();
  }
}
