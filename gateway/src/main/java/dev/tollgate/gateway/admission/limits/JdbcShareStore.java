package dev.tollgate.gateway.admission.limits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The shares of limits in PostgreSQL. Faults of the database come as DataAccessException. */
final class JdbcShareStore {

  private final JdbcClient jdbc;

  JdbcShareStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What an instance asks for, all in absolute numbers.
   *
   * @param floor what it goes on to use meanwhile; its share does not fall below, unless it had less
   * @param need what it has in use, and what is waited for
   * @param ahead what it would like beyond
   */
  record Ask(UUID subject, LimitKind kind, long limit, long floor, long need, long ahead) {}

  /** What is lent to the asking instance and to the others now. */
  record Answer(long here, long elsewhere) {}

  /** Answers in the order of the questions; empty if the epoch has ended. */
  List<Answer> borrow(long epoch, List<Ask> asks) {
    var answers = new ArrayList<Answer>(Collections.nCopies(asks.size(), new Answer(0, 0)));
    int[] count = {0};
    jdbc.sql("SELECT question, lent_here, lent_elsewhere FROM gateway.borrow(?, ?, ?, ?, ?, ?, ?)")
        .param(epoch)
        .param(asks.stream().map(Ask::subject).toArray(UUID[]::new))
        .param(asks.stream().map(ask -> ask.kind().name()).toArray(String[]::new))
        .param(longs(asks.stream().mapToLong(Ask::limit).toArray()))
        .param(longs(asks.stream().mapToLong(Ask::floor).toArray()))
        .param(longs(asks.stream().mapToLong(Ask::need).toArray()))
        .param(longs(asks.stream().mapToLong(Ask::ahead).toArray()))
        .query(row -> {
          answers.set(row.getInt(1) - 1, new Answer(row.getLong(2), row.getLong(3)));
          count[0]++;
        });
    return count[0] == asks.size() ? answers : List.of();
  }

  /** Asks the other instances to give back what they have idle of a limit. */
  void recall(long epoch, UUID subject, LimitKind kind) {
    jdbc.sql("SELECT pg_notify('tollgate_changes', ?)")
        .param(RateLimiter.RECALL_TOPIC + ":" + new Recall(epoch, subject, kind))
        .query(row -> {});
  }

  private static Long[] longs(long[] values) {
    return Arrays.stream(values).boxed().toArray(Long[]::new);
  }
}
