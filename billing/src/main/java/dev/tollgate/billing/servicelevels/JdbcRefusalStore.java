package dev.tollgate.billing.servicelevels;

import dev.tollgate.billing.servicelevels.CountedRefusals.Entry;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts of refusals, each written whole under its id. */
final class JdbcRefusalStore {

  private final JdbcClient jdbc;

  JdbcRefusalStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Writes all of them, or none. */
  void put(List<Entry> entries) {
    jdbc.sql(
        """
            INSERT INTO billing.operator_refusal (contract_id, quarter, counter, tenant_id, requests)
            SELECT * FROM unnest(CAST(:contracts AS bigint[]), CAST(:quarters AS timestamptz[]), CAST(:counters AS uuid[]),
              CAST(:tenants AS uuid[]), CAST(:requests AS bigint[]))
            ON CONFLICT (contract_id, quarter, counter) DO UPDATE SET requests = excluded.requests
            """)
        .param("contracts", column(entries, entry -> entry.quarter().contract()))
        .param("quarters", column(entries, entry -> entry.quarter().begins()))
        .param("counters", column(entries, entry -> entry.count().id()))
        .param("tenants", column(entries, entry -> entry.quarter().tenant()))
        .param("requests", column(entries, entry -> entry.count().requests())).update();
  }

  private static String column(List<Entry> entries, Function<Entry, Object> value) {
    return entries.stream().map(entry -> value.apply(entry).toString())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
