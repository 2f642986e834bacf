package dev.tollgate.billing.packs;

import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs.By;
import dev.tollgate.billing.Packs.Offer;
import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Offers and bought packs. */
final class JdbcPackStore {

  private static final String PACK = """
      SELECT p.reference, p.pack_tokens, p.currency, p.price_pico, p.payment, p.bought_at, p.valid_until,
        f.balance - billing.pending(account_id) AS balance
      FROM billing.pack p JOIN billing.fund f USING (account_id)
      WHERE p.tenant_id = :tenant
      """;

  private final JdbcClient jdbc;

  JdbcPackStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  record OfferRow(long id, Offer offer) {}

  List<OfferRow> offers(Instant at) {
    return jdbc.sql("""
        SELECT id, counted_in, currency, pico_per_pack_token, minimum, months FROM billing.pack_offer
        WHERE effective @> CAST(:at AS timestamptz) ORDER BY currency, counted_in DESC
        """).param("at", utc(at)).query((row, number) -> offer(row)).list();
  }

  Optional<Pack> pack(TenantId tenant, String reference) {
    return jdbc.sql(PACK + " AND p.reference = :reference").param("tenant", tenant.value())
        .param("reference", reference).query((row, number) -> pack(row)).optional();
  }

  List<Pack> packs(TenantId tenant) {
    return jdbc.sql(PACK + " ORDER BY p.valid_until, p.account_id").param("tenant", tenant.value())
        .query((row, number) -> pack(row)).list();
  }

  List<Pack> packs(TenantId tenant, Slice<By> slice) {
    return SliceQuery.of(PACK, IdKind.TEXT, "reference").searching("reference")
        .ask(jdbc, slice, switch (slice.order()) {
          case REFERENCE -> "reference";
          case BOUGHT -> "bought_at";
          case VALID -> "valid_until";
          case TOKENS -> "pack_tokens";
          case LEFT -> "balance";
          case PRICE -> "price_pico";
        }).param("tenant", tenant.value()).query((row, number) -> pack(row)).list();
  }

  void add(long account, TenantId tenant, long offer, Pack pack) {
    jdbc.sql(
        """
            INSERT INTO billing.pack (account_id, tenant_id, reference, offer_id, payment, pack_tokens, currency,
              price_pico, bought_at, valid_until)
            VALUES (:account, :tenant, :reference, :offer, :payment, :tokens, :currency, :price, :boughtAt, :validUntil)
            """)
        .param("account", account).param("tenant", tenant.value()).param("reference", pack.reference())
        .param("offer", offer).param("payment", pack.payment().name()).param("tokens", pack.packTokens())
        .param("currency", pack.price().currency()).param("price", pack.price().pico().longValueExact())
        .param("boughtAt", utc(pack.boughtAt())).param("validUntil", utc(pack.validUntil())).update();
  }

  private static OfferRow offer(ResultSet row) throws SQLException {
    return new OfferRow(row.getLong("id"),
        new Offer(row.getString("counted_in").equals("MONEY"), row.getString("currency"),
            row.getLong("pico_per_pack_token"), row.getLong("minimum"), row.getInt("months")));
  }

  private static Pack pack(ResultSet row) throws SQLException {
    return new Pack(row.getString("reference"), row.getLong("pack_tokens"),
        new Money(row.getString("currency"), BigInteger.valueOf(row.getLong("price_pico"))),
        Payment.valueOf(row.getString("payment")), instant(row, "bought_at"), instant(row, "valid_until"),
        row.getLong("balance"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
