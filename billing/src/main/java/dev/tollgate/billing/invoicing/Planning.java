package dev.tollgate.billing.invoicing;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Hints to PostgreSQL's planner. */
final class Planning {

  private Planning() {}

  /**
   * Until the transaction ends, tables are read by their indexes. A month's rows come all at once, so what the planner
   * knows of their tables is from when they were empty; it would read all of them for each tenant or batch.
   */
  static void preferIndexes(JdbcClient jdbc) {
    jdbc.sql("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)")
        .query((row, number) -> 0).list();
  }
}
