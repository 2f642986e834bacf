package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.UsageRecords.UsageRecord;
import dev.tollgate.billing.statements.SettledUsageRecords;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What tests of checkpoints have in common. */
abstract class CheckpointedHouse {

  static final long OUTPUT_PRICE = 6_000_000;
  private static final Duration SOON = Duration.ofSeconds(10);

  final House house = new House();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  UsageRecord recordOf(TenantId tenant, Request request) {
    return new SettledUsageRecords(house.pool).find(tenant, request.id()).orElseThrow();
  }

  void checkpointed(Request request, long output) {
    checkpoint(request.hold(0, output), request, output);
    awaitSaved(request, output);
  }

  static void checkpoint(Hold stream, Request request, long output) {
    stream.checkpoint(request.used(0, 0, output, Outcome.INTERRUPTED));
  }

  House.Instance beating() {
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.funds.beat();
    return instance;
  }

  /** An instance that may judge others: it has been renewing for longer than anyone may be silent. */
  House.Instance experienced() {
    House.Instance instance = beating();
    for (int i = 0; i < 7; i++) {
      house.time.move(Duration.ofSeconds(2));
      instance.funds.beat();
    }
    return instance;
  }

  /** Or it would serve what it does not lease. */
  void knowsWhatItLeases(House.Instance instance) {
    long epoch = FundsView.epochOf(instance.funds);
    FundsView.look(instance.funds, (tenant, account, granted, held, settling) -> assertThat(granted)
        .isEqualTo(house.jdbc.sql("""
            SELECT COALESCE(sum(granted - billing.pending(account_id, epoch)), 0)::bigint FROM billing.lease
            WHERE epoch = :epoch AND account_id = :account
            """).param("epoch", epoch).param("account", account).query(Long.class).single()));
  }

  long checkpoints() {
    return house.jdbc.sql("SELECT count(*) FROM billing.checkpoint").query(Long.class).single();
  }

  /** Output tokens lie in the checkpoint as eight bytes, after those of the prompt. */
  void awaitSaved(Request request, long output) {
    await().atMost(SOON)
        .until(() -> house.jdbc
            .sql(
                """
                    SELECT count(*) FROM billing.checkpoint
                    WHERE request_id = :request AND position(int8send(0) || int8send(0) || int8send(:output) IN settlement) > 0
                    """)
            .param("request", request.id().value()).param("output", output).query(Long.class).single() == 1);
  }

  List<String> rows(TenantId tenant) {
    return house.jdbc
        .sql(
            """
                SELECT concat_ws(' ', outcome, output_tokens, amount_pico) FROM billing.usage WHERE tenant_id = :tenant
                """)
        .param("tenant", tenant.value()).query(String.class).list();
  }
}
