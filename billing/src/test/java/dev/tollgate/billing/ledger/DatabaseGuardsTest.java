package dev.tollgate.billing.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.funds.House;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The last line of defence: what the database refuses, whoever asks. */
class DatabaseGuardsTest {

  private static House house;

  @BeforeAll
  static void someBusiness() {
    house = new House();
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(1_000_000_000_000L);
    instance.request(tenant).run(100, 0, 10);
    house.payAsYouGo(0);
    instance.request(house.payAsYouGo(0)).run(100, 0, 10);
    instance.shutDown();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {
      // statement | what it says
      "UPDATE billing.transfer SET amount = amount + 1                    | append-only",
      "DELETE FROM billing.transfer                                       | append-only",
      "TRUNCATE billing.transfer                                          | append-only",
      "UPDATE billing.usage SET amount_pico = 0                           | append-only",
      "DELETE FROM billing.usage                                          | append-only",
      "TRUNCATE billing.usage                                             | append-only",
      "TRUNCATE billing.usage_default                                     | append-only",
      "INSERT INTO billing.usage SELECT (jsonb_populate_record(u, '{\"request_id\": \"00000000-0000-7000-8000-000000000001\", \"outcome\": \"BACKEND_FAILED\"}')).* FROM billing.usage u LIMIT 1 | usage_check",
      "INSERT INTO billing.usage SELECT (jsonb_populate_record(u, '{\"request_id\": \"00000000-0000-7000-8000-000000000001\", \"outcome\": \"REQUEST_REFUSED\"}')).* FROM billing.usage u LIMIT 1 | usage_check",
      "INSERT INTO billing.usage SELECT (jsonb_populate_record(u, '{\"request_id\": \"00000000-0000-7000-8000-000000000001\", \"outcome\": \"FORGOTTEN\"}')).* FROM billing.usage u LIMIT 1 | usage_outcome_check",
      "UPDATE billing.price SET pico_per_token = 1                        | is in force",
      "DELETE FROM billing.price                                          | is in force",
      "TRUNCATE billing.price                                             | append-only",
      "UPDATE billing.fund SET leased = -1                                | leased_not_negative",
      "UPDATE billing.fund SET leased = balance + credit_limit + 1        | never_overspent",
      "UPDATE billing.fund SET balance = -1                               | never_overspent",
      "UPDATE billing.fund SET credit_limit = 1 WHERE kind <> 'MONEY'     | no_credit_in_tokens",
      "INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token) VALUES ('*', '*', 'INPUT', 'USD', '[2030-01-01,)', 1) | exclusion",
      "INSERT INTO billing.contract (tenant_id, plan, currency, zone, discount_basis_points, free_tokens_per_month, effective) VALUES (gen_random_uuid(), 'pay-as-you-go', 'USD', 'UTC', 1, 0, '[2026-01-01,)'); INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token) VALUES ('odd', '*', 'INPUT', 'USD', '[2030-01-01,)', 7) | whole number of pico-units",
      "INSERT INTO billing.time_band (model, region, currency, weekday, minutes, effective, discount_basis_points) VALUES ('*', '*', 'USD', 1, '[0,60)', '[2026-01-01,)', 3333), ('*', '*', 'USD', 1, '[59,70)', '[2026-01-01,)', 5000) | exclusion",
      "INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token) VALUES ('whole', '*', 'INPUT', 'EUR', '[2026-01-01,)', 3); INSERT INTO billing.time_band (model, region, currency, weekday, minutes, effective, discount_basis_points) VALUES ('*', '*', 'EUR', 1, '[0,60)', '[2026-01-01,)', 5000) | whole number of pico-units",
      "UPDATE billing.contract SET discount_basis_points = 1             | may be set",
      "DELETE FROM billing.contract                                       | may be set",
      "TRUNCATE billing.contract CASCADE                                 | append-only",
      "UPDATE billing.pack_offer SET pico_per_pack_token = 1             | is in force",
      "INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective) SELECT tenant_id, plan, currency, zone, 0, '[2030-01-01,)' FROM billing.contract | exclusion",
      "INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason) SELECT gen_random_uuid(), id, id + 1, 0, unit, 'USAGE' FROM billing.account LIMIT 1 | amount",
      "INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason) SELECT gen_random_uuid(), u.id, t.id, 1, 'USD', 'USAGE' FROM billing.account u, billing.account t WHERE u.unit = 'USD' AND t.unit = 'TOKEN' LIMIT 1 | foreign key"})
  void theDatabaseRefuses(String statement, String message) {
    assertThatThrownBy(() -> house.jdbc.sql(statement).update()).hasMessageContaining(message);
  }

  @Test
  void theDatabaseKnowsTheOutcomesThatAreSettled() {
    List<String> known = house.jdbc.sql("""
        SELECT m[1] FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([A-Z_]+)''', 'g') AS m
        WHERE conrelid = 'billing.usage'::regclass AND conname = 'usage_outcome_check'""").query(String.class)
        .list();
    assertThat(known).containsExactlyInAnyOrder(
        Stream.of(Outcome.values()).map(Outcome::name).toArray(String[]::new));
  }
}
