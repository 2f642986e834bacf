package dev.tollgate.billing.commitments;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sums usage of a contract. */
final class JdbcCommitmentStore {

  private final JdbcClient jdbc;

  JdbcCommitmentStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The ids narrow the search to some partitions and a stretch of the index; the time of arrival decides. */
  long rawTokens(TenantId tenant, long contract, Instant from, Instant until) {
    return jdbc
        .sql(
            """
                SELECT COALESCE(sum(input_tokens + cached_input_tokens + output_tokens), 0)::bigint FROM billing.usage
                WHERE tenant_id = :tenant AND contract_id = :contract AND outcome NOT IN ('BACKEND_FAILED', 'REQUEST_REFUSED')
                  AND arrived_at >= :from AND arrived_at < :until
                  AND request_id >= billing.first_request_id(CAST(:from AS timestamptz) - interval '1 day')
                  AND request_id < billing.first_request_id(CAST(:until AS timestamptz) + interval '1 day')
                """)
        .param("tenant", tenant.value()).param("contract", contract)
        .param("from", from.atOffset(ZoneOffset.UTC)).param("until", until.atOffset(ZoneOffset.UTC))
        .query(Long.class).single();
  }
}
