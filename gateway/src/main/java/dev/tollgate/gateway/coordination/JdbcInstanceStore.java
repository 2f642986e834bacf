package dev.tollgate.gateway.coordination;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of instances. Time counts by the database's clock, the only one that all of them share. */
final class JdbcInstanceStore {

  private final JdbcClient jdbc;

  JdbcInstanceStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  long register(UUID instance, Duration timeToLive) {
    return jdbc.sql("""
        INSERT INTO gateway.instance (id, expires_at)
        VALUES (?, clock_timestamp() + ? * interval '1 millisecond') RETURNING epoch
        """).params(instance, timeToLive.toMillis()).query(Long.class).single();
  }

  /** Returns false if the epoch has ended; it never comes back. */
  boolean renew(long epoch, Duration timeToLive) {
    return jdbc.sql("""
        UPDATE gateway.instance SET expires_at = clock_timestamp() + ? * interval '1 millisecond'
        WHERE epoch = ? AND ended_at IS NULL
        """).params(timeToLive.toMillis(), epoch).update() == 1;
  }

  /** Ends the epochs that were silent beyond their time to live and a margin, and forgets those that ended long ago. */
  List<Long> reclaim(Duration margin) {
    List<Long> ended = jdbc
        .sql(
            """
                WITH ended AS (
                  UPDATE gateway.instance SET ended_at = clock_timestamp()
                  WHERE ended_at IS NULL AND expires_at < clock_timestamp() - ? * interval '1 millisecond'
                  RETURNING epoch),
                freed AS (DELETE FROM gateway.limit_share s USING ended e WHERE s.epoch = e.epoch AND s.kind = 'SLOTS')
                SELECT epoch FROM ended
                """)
        .param(margin.toMillis()).query(Long.class).list();
    forget();
    return ended;
  }

  /** Ends an epoch whose requests are over. */
  void retire(long epoch) {
    jdbc.sql("""
        WITH freed AS (DELETE FROM gateway.limit_share WHERE epoch = ? AND kind = 'SLOTS')
        UPDATE gateway.instance SET ended_at = clock_timestamp() WHERE epoch = ? AND ended_at IS NULL
        """).params(epoch, epoch).update();
  }

  /** What an instance used counts for a minute after its end; its shares of rates go with its row. */
  private void forget() {
    jdbc.sql("DELETE FROM gateway.instance WHERE ended_at < clock_timestamp() - interval '61 seconds'")
        .update();
  }
}
