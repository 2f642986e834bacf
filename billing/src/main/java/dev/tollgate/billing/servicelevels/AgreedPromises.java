package dev.tollgate.billing.servicelevels;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.ServicePromises;
import dev.tollgate.tenants.TenantId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Promises in {@code billing.service_level}: a contract's own comes before its plan's. */
public final class AgreedPromises implements ServicePromises {

  private static final int LONGEST_MILLIS = 600_000;
  private static final int MOST_PERCENT = 99;
  private static final int MOST_CREDITS = 10;
  private static final int WHOLE_PPM = 1_000_000;
  private static final int WHOLE_BASIS_POINTS = 10_000;

  private final JdbcClient jdbc;
  private final Clock clock;

  public AgreedPromises(DataSource database, Clock clock) {
    this.jdbc = JdbcClient.create(database);
    this.clock = clock;
  }

  @Override
  public Optional<Promise> of(long contract) {
    return jdbc
        .sql(
            """
                SELECT v.* FROM billing.contract k JOIN billing.service_level v ON v.contract_id = k.id OR v.plan = k.plan
                WHERE k.id = :contract ORDER BY v.contract_id NULLS LAST LIMIT 1
                """)
        .param("contract", contract).query((row, number) -> promise(row)).optional();
  }

  private static Promise promise(ResultSet row) throws SQLException {
    Integer[] below = integers(row.getArray("below_ppm"));
    Integer[] points = integers(row.getArray("credit_basis_points"));
    var credits = new ArrayList<Credit>();
    for (int i = 0; i < below.length; i++) {
      credits.add(new Credit(below[i], points[i]));
    }
    return new Promise(row.getInt("first_token_millis"), row.getInt("first_token_percent"),
        row.getLong("longest_prompt"), List.copyOf(credits));
  }

  private static Integer[] integers(Array array) throws SQLException {
    return (Integer[]) array.getArray();
  }

  @Override
  public boolean isOf(TenantId tenant, long contract) {
    return jdbc
        .sql("SELECT EXISTS (SELECT FROM billing.contract WHERE id = :contract AND tenant_id = :tenant)")
        .param("contract", contract).param("tenant", tenant.value()).query(Boolean.class).single();
  }

  /** When a contract begins; it stays as it is until the transaction ends. */
  private Optional<Instant> begins(TenantId tenant, long contract) {
    return jdbc
        .sql(
            """
                SELECT lower(effective) AS since FROM billing.contract WHERE id = :contract AND tenant_id = :tenant FOR UPDATE
                """)
        .param("contract", contract).param("tenant", tenant.value())
        .query((row, number) -> row.getObject("since", OffsetDateTime.class).toInstant()).optional();
  }

  @Override
  public Decision<Promise> agree(TenantId tenant, long contract, Promise promise) {
    Optional<Instant> begins = begins(tenant, contract);
    if (begins.isEmpty()) {
      return Decision.refused("contract", "must be one of the tenant's");
    }
    if (!begins.get().isAfter(clock.instant())) {
      return Decision.conflict("contract",
          "must not have begun: what is in force is not changed; conclude the next contract and agree on it there");
    }
    Optional<Decision<Promise>> refusal = refusal(promise);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    jdbc.sql(
        """
            INSERT INTO billing.service_level (contract_id, first_token_millis, first_token_percent, longest_prompt, below_ppm,
              credit_basis_points)
            VALUES (:contract, :millis, :percent, :prompt, CAST(:below AS int[]), CAST(:points AS int[]))
            ON CONFLICT (contract_id) DO UPDATE SET first_token_millis = excluded.first_token_millis,
              first_token_percent = excluded.first_token_percent, longest_prompt = excluded.longest_prompt,
              below_ppm = excluded.below_ppm, credit_basis_points = excluded.credit_basis_points
            """)
        .param("contract", contract).param("millis", promise.firstTokenMillis())
        .param("percent", promise.firstTokenPercent()).param("prompt", promise.longestPrompt())
        .param("below", column(promise.credits().stream().map(Credit::belowPpm).toList()))
        .param("points", column(promise.credits().stream().map(Credit::basisPoints).toList())).update();
    return Decision.made(promise);
  }

  private static Optional<Decision<Promise>> refusal(Promise promise) {
    if (isOutside(promise.firstTokenMillis(), LONGEST_MILLIS)) {
      return refused("firstTokenMillis", "must be 1 to " + LONGEST_MILLIS);
    }
    if (isOutside(promise.firstTokenPercent(), MOST_PERCENT)) {
      return refused("firstTokenPercent", "must be 1 to " + MOST_PERCENT);
    }
    if (promise.longestPrompt() < 1) {
      return refused("longestPrompt", "must be 1 token at least");
    }
    if (isOutside(promise.credits().size(), MOST_CREDITS)) {
      return refused("credits", "must be 1 to " + MOST_CREDITS);
    }
    int below = WHOLE_PPM + 1;
    int points = 0;
    for (Credit credit : promise.credits()) {
      if (credit.belowPpm() >= below || credit.belowPpm() < 1 || credit.basisPoints() <= points
          || credit.basisPoints() > WHOLE_BASIS_POINTS) {
        return refused("credits", "must have availabilities that fall, of 1 to " + WHOLE_PPM
            + " millionths, and credits that rise, of 1 to " + WHOLE_BASIS_POINTS
            + " hundredths of a percent");
      }
      below = credit.belowPpm();
      points = credit.basisPoints();
    }
    return Optional.empty();
  }

  private static boolean isOutside(int value, int most) {
    return value < 1 || value > most;
  }

  private static Optional<Decision<Promise>> refused(String field, String rule) {
    return Optional.of(Decision.refused(field, rule));
  }

  private static String column(List<Integer> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
