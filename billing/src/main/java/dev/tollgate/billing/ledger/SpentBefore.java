package dev.tollgate.billing.ledger;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.rollups.UsageDelta;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * What a subject has spent in a month, beyond what its account says. It is asked while nobody else can open the tenant's
 * accounts, so it reads the roll-ups, a row for each day and key, and not every request of the month.
 */
final class SpentBefore {

  /** Quarters of an hour are what roll-ups that wait to be folded tell apart. */
  private static final int QUARTER_SECONDS = 15 * 60;

  private static final String BY_SUBJECT = "CASE :kind WHEN 'TENANT' THEN true WHEN 'PROJECT' THEN project_id = :id "
      + "ELSE key_id = :id END";

  // One statement, so that a settlement is in both sums or in neither, and in the days or in what waits to be folded
  // into them. The tenant's id is somewhere in what is packed of it.
  private static final String BY_DAYS = """
      SELECT (
          SELECT COALESCE(sum(amount_pico), 0) FROM billing.usage_day
          WHERE tenant_id = :tenant AND currency = :currency AND day >= :day AND %s)
        - (billing.pending(f.account_id) - f.balance) AS uncounted,
        ARRAY(SELECT packed FROM billing.usage_delta
          WHERE position(uuid_send(CAST(:tenant AS uuid)) IN packed) > 0) AS waiting
      FROM billing.fund f WHERE f.account_id = :account
      """.formatted(BY_SUBJECT);

  // One statement, as above. The ids narrow the search to some partitions; the time of arrival decides.
  private static final String BY_REQUESTS = """
      SELECT (
          SELECT COALESCE(sum(amount_pico), 0) FROM billing.usage
          WHERE tenant_id = :tenant AND currency = :currency AND arrived_at >= :from AND %s
            AND request_id >= billing.first_request_id(CAST(:from AS timestamptz) - interval '1 day'))
        - (billing.pending(f.account_id) - f.balance)
      FROM billing.fund f WHERE f.account_id = :account
      """.formatted(BY_SUBJECT);

  private final JdbcClient jdbc;

  SpentBefore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** In pico-units; below zero where the account says more. */
  BigDecimal uncounted(TenantId tenant, String currency, BudgetAccount account) {
    Instant from = account.validFrom();
    List<ZoneId> zones = jdbc.sql("SELECT DISTINCT zone FROM billing.contract WHERE tenant_id = :tenant")
        .param("tenant", tenant.value()).query(String.class).list().stream().map(SpentBefore::zone).toList();
    if (zones.size() != 1 || !beginsADay(from, zones.getFirst())) {
      // The days of the roll-ups are those of several zones, or the month was clipped where the zone changed.
      return of(BY_REQUESTS, tenant, currency, account).param("from", from.atOffset(ZoneOffset.UTC))
          .query(BigDecimal.class).single();
    }
    LocalDate day = from.atZone(zones.getFirst()).toLocalDate();
    return of(BY_DAYS, tenant, currency, account).param("day", day)
        .query((row, number) -> row.getBigDecimal("uncounted")
            .add(new BigDecimal(waiting(row, currency, from, payers(tenant, account.subject())))))
        .single();
  }

  private static ZoneId zone(String zone) {
    return zone.equals("Z") ? ZoneOffset.UTC : ZoneId.of(zone);
  }

  private static boolean beginsADay(Instant instant, ZoneId zone) {
    return instant.equals(instant.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant())
        && instant.getEpochSecond() % QUARTER_SECONDS == 0;
  }

  private StatementSpec of(String sql, TenantId tenant, String currency, BudgetAccount account) {
    return jdbc.sql(sql).param("tenant", tenant.value()).param("currency", currency)
        .param("kind", account.subject().kind().name()).param("id", account.subject().id())
        .param("account", account.account());
  }

  private static Predicate<Payer> payers(TenantId tenant, BudgetSubject subject) {
    return payer -> payer.tenant().equals(tenant) && switch (subject.kind()) {
      case TENANT -> true;
      case PROJECT -> payer.project().value().equals(subject.id());
      case KEY -> payer.key().value().equals(subject.id());
    };
  }

  private static BigInteger waiting(ResultSet row, String currency, Instant from, Predicate<Payer> payers)
      throws SQLException {
    Array packed = row.getArray("waiting");
    BigInteger sum = BigInteger.ZERO;
    for (byte[] each : (byte[][]) packed.getArray()) {
      sum = sum.add(UsageDelta.amount(each, currency, from, payers));
    }
    return sum;
  }
}
