package dev.tollgate.billing.servicelevels;

import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.YearMonth;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Service levels from usage rows; a close keeps what it found, and puts the credit on the invoice that it drafts. */
public final class MeasuredServiceLevels implements ServiceLevels {

  private final JdbcServiceLevelStore store;

  public MeasuredServiceLevels(DataSource database) {
    this(JdbcClient.create(database));
  }

  public MeasuredServiceLevels(JdbcClient jdbc) {
    this.store = new JdbcServiceLevelStore(jdbc);
  }

  @Override
  public List<Report> of(TenantId tenant) {
    return store.kept(tenant);
  }

  @Override
  public List<OfTenant> in(YearMonth month, Slice<Order> slice) {
    return store.kept(month, slice);
  }

  @Override
  public List<Report> measure(TenantId tenant, YearMonth month) {
    return store.measure(tenant, month);
  }

  /**
   * Measures the month of some tenants as a close cut it, keeps the reports, and records the credits that are owed. Again,
   * it changes nothing. The transaction is the caller's.
   */
  public void settle(long close, List<TenantId> tenants) {
    store.keep(close, tenants);
    store.credit(close, tenants);
  }
}
