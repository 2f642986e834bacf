package dev.tollgate.billing.contracts;

import dev.tollgate.billing.catalog.Plan;
import dev.tollgate.tenants.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads and adds contracts. */
final class JdbcContractStore implements ContractStore {

  private static final String SELECT = """
      SELECT id, tenant_id, plan, currency, zone, discount_basis_points, credit_limit, free_tokens_per_month, committed_tokens_per_month,
        lower(effective) AS from_instant, upper(effective) AS until_instant,
        COALESCE(packs_fall_through, true) AS packs_fall_through, COALESCE(revision, 0) AS revision
      FROM billing.contract LEFT JOIN billing.terms USING (tenant_id)
      """;

  private final JdbcClient jdbc;

  JdbcContractStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Map<TenantId, List<Contract>> all() {
    return jdbc.sql(SELECT + " ORDER BY effective").query((row, number) -> contract(row)).list().stream()
        .collect(Collectors.groupingBy(Contract::tenant));
  }

  @Override
  public List<Contract> of(TenantId tenant) {
    return jdbc.sql(SELECT + " WHERE tenant_id = :tenant ORDER BY effective").param("tenant", tenant.value())
        .query((row, number) -> contract(row)).list();
  }

  /**
   * Adds a contract without an end.
   *
   * @param formerEnd what {@link #cut} returned where it begins; null if nothing was cut
   */
  void add(TenantId tenant, Plan plan, String currency, ZoneId zone, long creditLimit, long committedTokens,
      Instant from, @Nullable OffsetDateTime formerEnd) {
    jdbc.sql(
        """
            INSERT INTO billing.contract (tenant_id, plan, currency, zone, discount_basis_points, credit_limit,
              free_tokens_per_month, committed_tokens_per_month, effective, former_end)
            VALUES (:tenant, :plan, :currency, :zone, :discount, :limit, :free, :committed, tstzrange(:from, NULL),
              :formerEnd)
            """)
        .param("formerEnd", formerEnd, Types.TIMESTAMP_WITH_TIMEZONE)
        .param("tenant", tenant.value()).param("plan", plan.name()).param("currency", currency)
        .param("zone", zone.getId()).param("discount", plan.discountBasisPoints()).param("limit", creditLimit)
        .param("free", plan.freeTokensPerMonth()).param("committed", committedTokens)
        .param("from", from.atOffset(ZoneOffset.UTC)).update();
  }

  /** Ends the contract that is in force at an instant, if it began before, and returns when it would have ended. */
  @Nullable
  OffsetDateTime cut(TenantId tenant, Instant at) {
    return jdbc.sql("""
        WITH present AS (
          SELECT id, COALESCE(upper(effective), 'infinity') AS until FROM billing.contract
          WHERE tenant_id = :tenant AND effective @> CAST(:at AS timestamptz) AND lower(effective) < :at)
        UPDATE billing.contract c SET effective = tstzrange(lower(c.effective), :at)
        FROM present p WHERE c.id = p.id RETURNING p.until
        """).param("tenant", tenant.value()).param("at", at.atOffset(ZoneOffset.UTC))
        .query(OffsetDateTime.class).optional().orElse(null);
  }

  /** Keeps others from changing the tenant's contracts until the caller's transaction ends. */
  void lock(TenantId tenant) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.contracts:' || :tenant, 0))")
        .param("tenant", tenant.toString()).query((row, number) -> 0).list();
  }

  void setEnd(long contract, Instant at) {
    jdbc.sql("""
        UPDATE billing.contract SET effective = tstzrange(lower(effective), CAST(:at AS timestamptz))
        WHERE id = :id
        """).param("at", at.atOffset(ZoneOffset.UTC)).param("id", contract).update();
  }

  void limitCredit(long contract, long limit) {
    jdbc.sql("UPDATE billing.contract SET credit_limit = :limit WHERE id = :id").param("limit", limit)
        .param("id", contract).update();
  }

  /** Removes a contract that has not begun, which the database refuses of any other; what it cut ends as it would have. */
  void remove(Contract planned) {
    OffsetDateTime formerEnd = jdbc
        .sql("DELETE FROM billing.contract WHERE id = :id RETURNING COALESCE(former_end, lower(effective))")
        .param("id", planned.id()).query(OffsetDateTime.class).single();
    jdbc.sql("""
        UPDATE billing.contract
        SET effective = tstzrange(lower(effective), NULLIF(CAST(:formerEnd AS timestamptz), 'infinity'))
        WHERE tenant_id = :tenant AND upper(effective) = :from
        """).param("formerEnd", formerEnd).param("tenant", planned.tenant().value())
        .param("from", planned.from().atOffset(ZoneOffset.UTC)).update();
  }

  private static Contract contract(ResultSet row) throws SQLException {
    return new Contract(row.getLong("id"), new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getString("plan"), row.getString("currency"), ZoneId.of(row.getString("zone")),
        row.getInt("discount_basis_points"), row.getBigDecimal("credit_limit").toBigIntegerExact(),
        row.getLong("free_tokens_per_month"), row.getLong("committed_tokens_per_month"),
        row.getObject("from_instant", OffsetDateTime.class).toInstant(),
        until(row.getObject("until_instant", OffsetDateTime.class)), row.getBoolean("packs_fall_through"),
        row.getLong("revision"));
  }

  private static Instant until(@Nullable OffsetDateTime end) {
    return end == null ? Instant.MAX : end.toInstant();
  }
}
