package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * How long pages take with 1,000 tenants and the roll-ups of 10 million requests, as settlements would have kept them. Run
 * by hand: {@code mvn -pl gateway -am test -Dtest=PagesBenchmark -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class PagesBenchmark extends PagesTest {

  private static final int WARM_UP = 20;
  private static final int ROUNDS = 41;
  private static final long TARGET_MICROS = 200_000;
  private static final List<String> CONSOLE = List.of("/console", "/console/tenants",
      "/console/tenants?search=tenant+7", "/console/tenants?sort=-created", "/console/tenants/{tenant}",
      "/console/invoices", "/console/prices", "/console/prices/1/preview", "/console/ledger",
      "/console/reconciliation", "/console/economics", "/console/service-levels", "/console/backends",
      "/console/audit", "/console/operators", "/console/settings", "/account");
  private static final List<String> PORTAL = List.of("", "/keys", "/usage", "/usage?by=key", "/usage/csv",
      "/playground", "/balance", "/invoices", "/projects", "/members");
  // 1,000 tenants × 61 days × 2 keys × 2 models = 244,000 rows of 41 requests each.
  private static final String TENANTS = """
      INSERT INTO tenants.tenant (id, slug, name, created_at, version)
      SELECT gen_random_uuid(), 'bench-' || i, 'Tenant ' || i, now() - i * interval '1 minute', 1
      FROM generate_series(1, 1000) i""";
  private static final String CONTRACTS = """
      INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
      SELECT id, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(now() - interval '90 days', NULL) FROM tenants.tenant
      WHERE slug LIKE 'bench-%'""";
  private static final String ACCOUNTS = """
      INSERT INTO billing.account (tenant_id, kind, unit) SELECT id, 'MONEY', 'USD' FROM tenants.tenant
      WHERE slug LIKE 'bench-%'""";
  private static final String DAYS = """
      INSERT INTO billing.usage_day SELECT t.id, current_date - d, md5(t.id::text || 'p')::uuid, md5(t.id::text || k)::uuid,
        'model-' || m, 'default', 'USD', 'COMPLETED', 41, 41 * 900, 41 * 300, 41 * 240, 0, 0,
        41 * (900 * 3000000::numeric + 300 * 300000 + 240 * 6000000)
      FROM tenants.tenant t, generate_series(0, 60) d, generate_series(1, 2) k, generate_series(1, 2) m
      WHERE t.slug LIKE 'bench-%'""";
  private static final String MONTHS = """
      INSERT INTO billing.usage_month
      SELECT t.id, date_trunc('month', current_date - m * interval '1 month')::date, 0, c.id, 'model-' || n, 'default', a.id,
        p.id, p.pico_per_token, 2500, 2500 * 300, 2500 * 300 * p.pico_per_token::numeric
      FROM tenants.tenant t JOIN billing.contract c ON c.tenant_id = t.id JOIN billing.account a ON a.tenant_id = t.id
      CROSS JOIN billing.price p CROSS JOIN generate_series(0, 1) m CROSS JOIN generate_series(1, 2) n
      WHERE t.slug LIKE 'bench-%' AND p.currency = 'USD' AND p.model = '*'""";
  private static final String GPUS = "INSERT INTO gateway.gpu_cost VALUES (current_date - 90, 8, 'USD', 2100000000000)";
  private static final String READS_OF_USAGE = """
      SELECT COALESCE(sum(seq_scan + COALESCE(idx_scan, 0)), 0) FROM pg_stat_user_tables
      WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'billing.usage'::regclass)""";

  @Test
  void pagesAnswerWithinTheTargetAtTheMedianAndReadNoRequest() throws Exception {
    for (String sql : List.of(TENANTS, CONTRACTS, ACCOUNTS, DAYS, MONTHS, GPUS, "ANALYZE")) {
      jdbc.sql(sql).update();
    }
    TenantId tenant = new TenantId(
        jdbc.sql("SELECT id FROM tenants.tenant WHERE slug = 'bench-500'").query(UUID.class).single());
    // Comparing the books reads all requests, once an hour and once soon after the start.
    await().atMost(Duration.ofMinutes(3))
        .until(() -> jdbc.sql("SELECT count(*) FROM billing.reconciliation_run")
            .query(Long.class).single() > 0);
    letStatisticsBeWritten();
    long before = readsOfUsage();
    var medians = new ArrayList<Long>();
    try (Browsing office = signedIn(operator(OperatorRole.ADMIN));
        Browsing customer = signedIn(member(tenant, MemberRole.OWNER))) {
      for (String page : CONSOLE) {
        medians.add(median(office, page.replace("{tenant}", tenant.toString())));
      }
      for (String page : PORTAL) {
        medians.add(median(customer, "/portal/" + tenant + page));
      }
    }
    letStatisticsBeWritten();
    System.out.println("Reads of the requests themselves: " + (readsOfUsage() - before));
    assertThat(readsOfUsage()).isEqualTo(before);
    assertThat(medians).allSatisfy(micros -> assertThat(micros).isLessThan(TARGET_MICROS));
  }

  private static long median(Browsing browsing, String page) throws IOException, InterruptedException {
    long[] micros = new long[ROUNDS];
    long first = 0;
    for (int i = -WARM_UP; i < ROUNDS; i++) {
      long start = System.nanoTime();
      assertThat(browsing.get(page).statusCode()).as(page).isEqualTo(200);
      micros[Math.max(i, 0)] = (System.nanoTime() - start) / 1_000;
      first = i == -WARM_UP ? micros[0] : first;
    }
    Arrays.sort(micros);
    long median = micros[ROUNDS / 2];
    System.out.printf("%-70s median %8.1f ms, first %8.1f ms%n", page, median / 1_000.0, first / 1_000.0);
    return median;
  }

  /** Connections that idle write down what they read, ten seconds later. */
  private static void letStatisticsBeWritten() {
    long until = System.nanoTime() + Duration.ofSeconds(12).toNanos();
    await().atMost(Duration.ofSeconds(20)).until(() -> System.nanoTime() > until);
  }

  private long readsOfUsage() {
    return jdbc.sql(READS_OF_USAGE).query(Long.class).single();
  }
}
