package dev.tollgate.billing.statements;

import dev.tollgate.billing.UsageReports;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Usage by day, summed in the database. */
public final class DailyUsageReports implements UsageReports {

  private static final Duration LONGEST = Duration.ofDays(92);

  private final JdbcStatementStore store;

  public DailyUsageReports(DataSource database) {
    this.store = new JdbcStatementStore(JdbcClient.create(database));
  }

  @Override
  public List<Row> ofKey(TenantId tenant, ApiKeyId key, Instant from, Instant until) {
    check(from, until);
    return store.usageByDay(tenant, key, from, until);
  }

  @Override
  public List<Detail> ofTenant(TenantId tenant, Instant from, Instant until, @Nullable Position after,
      int limit) {
    check(from, until);
    return store.usageByKey(tenant, from, until, after, limit);
  }

  private static void check(Instant from, Instant until) {
    if (!from.isBefore(until) || Duration.between(from, until).compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("A report covers more than nothing and at most 92 days");
    }
  }
}
