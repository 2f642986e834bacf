package dev.tollgate.gateway.console.orders;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Orders of packs. Every call joins the transaction of who calls. */
@Component
@PagesRole
public class PackOrders {

  private static final String OPEN = """
      SELECT id, tenant_id, ordered_at, pack_tokens, worth_pico, currency, provider FROM gateway.pack_order
      WHERE state = 'OPEN'
      """;

  private final JdbcClient jdbc;
  private final Packs packs;
  private final PaymentProvider provider;
  private final Clock clock;

  PackOrders(JdbcClient jdbc, Packs packs, PaymentProvider provider, Clock clock) {
    this.jdbc = jdbc;
    this.packs = packs;
    this.provider = provider;
    this.clock = clock;
  }

  /** Records an order; the answer is the code of what the tenant is told to do. */
  String place(UUID id, TenantId tenant, PersonId by, Size size, String currency) {
    return provider.begin(place(id, tenant, new Orderer(by, null), size, currency));
  }

  /** Records an order that was placed with a token of the management API. */
  public PackOrder place(TenantId tenant, TokenId by, Size size, String currency) {
    PackOrder order = place(newId(), tenant, new Orderer(null, by), size, currency);
    provider.begin(order);
    return order;
  }

  /** Who ordered: one of both. */
  private record Orderer(@Nullable PersonId person, @Nullable TokenId token) {}

  private PackOrder place(UUID id, TenantId tenant, Orderer by, Size size, String currency) {
    var order = new PackOrder(id, tenant, clock.instant().truncatedTo(ChronoUnit.MICROS), tokens(size),
        worth(size),
        currency, provider.name());
    jdbc.sql(
        """
            INSERT INTO gateway.pack_order (id, tenant_id, ordered_by, ordered_token, ordered_at, pack_tokens, worth_pico,
              currency, provider, state)
            VALUES (:id, :tenant, CAST(:person AS uuid), CAST(:token AS uuid), :at, CAST(:tokens AS bigint), CAST(:worth AS bigint), :currency, :provider, 'OPEN')
            """)
        .param("id", order.id()).param("tenant", tenant.value())
        .param("person", by.person() == null ? null : by.person().value())
        .param("token", by.token() == null ? null : by.token().value())
        .param("at", utc(order.orderedAt())).param("tokens", order.packTokens())
        .param("worth", order.worthPico()).param("currency", currency).param("provider", order.provider())
        .update();
    return order;
  }

  /** A tenant's orders that are yet to be paid, the oldest first. */
  public List<PackOrder> open(TenantId tenant) {
    return jdbc.sql(OPEN + " AND tenant_id = :tenant ORDER BY id").param("tenant", tenant.value())
        .query((row, number) -> order(row)).list();
  }

  /** One order that is yet to be paid, which others who would end it now wait for. */
  public Optional<PackOrder> take(TenantId tenant, UUID id) {
    return jdbc.sql(OPEN + " AND tenant_id = :tenant AND id = :id FOR UPDATE").param("tenant", tenant.value())
        .param("id", id).query((row, number) -> order(row)).optional();
  }

  /** Buys what was ordered, now that it is paid; a refusal leaves the order open. */
  public Purchase paid(PackOrder order) {
    Size size = order.packTokens() == null ? new Size.Worth(Objects.requireNonNull(order.worthPico()))
        : new Size.Tokens(order.packTokens());
    Purchase purchase = packs.buy(order.tenant(),
        new Order(size, order.currency(), Payment.RECORDED, order.reference()));
    if (purchase instanceof Purchase.Bought) {
      end(order, "PAID");
    }
    return purchase;
  }

  public void cancel(PackOrder order) {
    end(order, "CANCELLED");
  }

  static UUID newId() {
    return UuidCreator.getTimeOrderedEpoch();
  }

  private void end(PackOrder order, String state) {
    jdbc.sql(
        "UPDATE gateway.pack_order SET state = :state, ended_at = :now WHERE id = :id AND state = 'OPEN'")
        .param("state", state).param("now", utc(clock.instant())).param("id", order.id()).update();
  }

  private static PackOrder order(ResultSet row) throws SQLException {
    return new PackOrder(row.getObject("id", UUID.class),
        new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getObject("ordered_at", OffsetDateTime.class).toInstant(),
        row.getObject("pack_tokens", Long.class), row.getObject("worth_pico", Long.class),
        row.getString("currency"), row.getString("provider"));
  }

  private static @Nullable Long tokens(Size size) {
    return size instanceof Size.Tokens(long tokens) ? tokens : null;
  }

  private static @Nullable Long worth(Size size) {
    return size instanceof Size.Worth(long pico) ? pico : null;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
