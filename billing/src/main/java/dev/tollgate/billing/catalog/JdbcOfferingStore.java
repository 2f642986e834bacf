package dev.tollgate.billing.catalog;

import dev.tollgate.billing.Offerings.NewPackOffer;
import dev.tollgate.billing.Offerings.PackOffer;
import dev.tollgate.billing.Offerings.PlanTerms;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads and changes plans and pack offers. Callers that change offers hold {@link #lock}. */
final class JdbcOfferingStore {

  private static final String OFFER = """
      SELECT id, counted_in, currency, pico_per_pack_token, minimum, months, lower(effective) AS from_instant,
        upper(effective) AS until_instant
      FROM billing.pack_offer
      """;

  private final JdbcClient jdbc;

  JdbcOfferingStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void lock() {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.pack_offers', 0))")
        .query((row, number) -> 0).list();
  }

  List<PlanTerms> plans() {
    return jdbc.sql("""
        SELECT name, free_tokens_per_month, discount_basis_points, least_commitment FROM billing.plan
        ORDER BY name
        """).query((row, number) -> new PlanTerms(row.getString("name"),
        row.getLong("free_tokens_per_month"), row.getInt("discount_basis_points"),
        row.getLong("least_commitment"))).list();
  }

  /** False if there is a plan of that name. */
  boolean addPlan(PlanTerms plan) {
    return jdbc.sql("""
        INSERT INTO billing.plan (name, free_tokens_per_month, discount_basis_points, least_commitment)
        VALUES (:name, :free, :discount, :commitment) ON CONFLICT DO NOTHING
        """).param("name", plan.name()).param("free", plan.freeTokensPerMonth())
        .param("discount", plan.discountBasisPoints()).param("commitment", plan.leastCommitment())
        .update() == 1;
  }

  List<PackOffer> offers(@Nullable Long after, int limit) {
    return jdbc.sql(OFFER + " WHERE id < :after ORDER BY id DESC LIMIT :limit")
        .param("after", after == null ? Long.MAX_VALUE : after).param("limit", limit)
        .query((row, number) -> offer(row)).list();
  }

  Optional<PackOffer> offer(long id) {
    return jdbc.sql(OFFER + " WHERE id = :id").param("id", id).query((row, number) -> offer(row)).optional();
  }

  /** The offer of a kind and currency that begins last. */
  Optional<PackOffer> last(boolean moneyPack, String currency) {
    return jdbc.sql(OFFER
        + " WHERE counted_in = :countedIn AND currency = :currency ORDER BY effective DESC LIMIT 1")
        .param("countedIn", countedIn(moneyPack)).param("currency", currency)
        .query((row, number) -> offer(row)).optional();
  }

  PackOffer add(NewPackOffer offer) {
    long id = jdbc.sql("""
        INSERT INTO billing.pack_offer (counted_in, currency, effective, pico_per_pack_token, minimum, months)
        VALUES (:countedIn, :currency, tstzrange(:from, NULL), :pico, :minimum, :months) RETURNING id
        """).param("countedIn", countedIn(offer.moneyPack())).param("currency", offer.currency())
        .param("from", offer.from().atOffset(ZoneOffset.UTC)).param("pico", offer.picoPerPackToken())
        .param("minimum", offer.minimum()).param("months", offer.months()).query(Long.class).single();
    return offer(id).orElseThrow();
  }

  void end(long id, Instant at) {
    jdbc.sql("UPDATE billing.pack_offer SET effective = tstzrange(lower(effective), :at) WHERE id = :id")
        .param("at", at.atOffset(ZoneOffset.UTC)).param("id", id).update();
  }

  /** Removes an offer that is not in force yet; the database refuses any other. */
  void remove(long id) {
    jdbc.sql("DELETE FROM billing.pack_offer WHERE id = :id").param("id", id).update();
  }

  /** Lets the offer that ended where a removed one was to begin go on without an end. */
  void reopenBefore(PackOffer removed) {
    jdbc.sql("""
        UPDATE billing.pack_offer SET effective = tstzrange(lower(effective), NULL)
        WHERE counted_in = :countedIn AND currency = :currency AND upper(effective) = :from
        """).param("countedIn", countedIn(removed.moneyPack())).param("currency", removed.currency())
        .param("from", Objects.requireNonNull(removed.from(), "it was planned").atOffset(ZoneOffset.UTC))
        .update();
  }

  private static String countedIn(boolean moneyPack) {
    return moneyPack ? "MONEY" : "TOKENS";
  }

  private static PackOffer offer(ResultSet row) throws SQLException {
    return new PackOffer(row.getLong("id"), row.getString("counted_in").equals("MONEY"),
        row.getString("currency"), row.getLong("pico_per_pack_token"), row.getLong("minimum"),
        row.getInt("months"), instant(row, "from_instant"), instant(row, "until_instant"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
