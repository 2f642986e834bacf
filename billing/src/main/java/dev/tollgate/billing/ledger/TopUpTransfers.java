package dev.tollgate.billing.ledger;

import dev.tollgate.billing.Money;
import dev.tollgate.billing.TopUps.Order;
import dev.tollgate.billing.TopUps.TopUp;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the transfers by which money was paid in. */
public final class TopUpTransfers {

  private static final String SELECT = """
      SELECT t.id, t.reference, t.amount, t.unit, t.posted_at
      FROM billing.account a JOIN billing.transfer t ON t.credit_account = a.id AND t.reason = 'TOP_UP'
      WHERE a.tenant_id = :tenant AND a.kind = 'MONEY'
      """;

  private final JdbcClient jdbc;

  public TopUpTransfers(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  public Optional<TopUp> find(TenantId tenant, String currency, String reference) {
    return jdbc.sql(SELECT + " AND t.unit = :currency AND t.reference = :reference")
        .param("tenant", tenant.value()).param("currency", currency).param("reference", reference)
        .query((row, number) -> topUp(row)).optional();
  }

  /** The newest first. */
  public List<TopUp> list(TenantId tenant, @Nullable Long after, int limit) {
    return jdbc.sql(SELECT + " AND t.id < :after ORDER BY t.id DESC LIMIT :limit")
        .param("tenant", tenant.value()).param("after", after == null ? Long.MAX_VALUE : after)
        .param("limit", limit).query((row, number) -> topUp(row)).list();
  }

  public List<TopUp> list(TenantId tenant, Slice<Order> slice) {
    return SliceQuery.of(SELECT, IdKind.NUMBER, "id").searching("reference")
        .ask(jdbc, slice, switch (slice.order()) {
          case WHEN -> "id";
          case REFERENCE -> "COALESCE(reference, '')";
          case AMOUNT -> "amount";
        }).param("tenant", tenant.value()).query((row, number) -> topUp(row)).list();
  }

  private static TopUp topUp(ResultSet row) throws SQLException {
    return new TopUp(row.getLong("id"), row.getString("reference"),
        new Money(row.getString("unit"), row.getBigDecimal("amount").toBigIntegerExact()),
        row.getObject("posted_at", OffsetDateTime.class).toInstant());
  }
}
