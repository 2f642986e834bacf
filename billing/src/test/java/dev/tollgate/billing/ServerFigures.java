package dev.tollgate.billing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a benchmark takes of this machine: processor time of the JVM and of the database server on it, and its log. */
final class ServerFigures {

  private static final List<String> SETTINGS = List.of("fsync", "synchronous_commit", "full_page_writes",
      "wal_sync_method", "shared_buffers", "max_wal_size", "checkpoint_timeout");

  private final JdbcClient jdbc;

  ServerFigures(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /** The settings that decide what durable means, as they are in force. */
  String settings() {
    var line = new StringBuilder("PostgreSQL ");
    line.append(jdbc.sql("SHOW server_version").query(String.class).single());
    for (String setting : SETTINGS) {
      line.append(", ").append(setting).append('=')
          .append(jdbc.sql("SHOW " + setting).query(String.class).single());
    }
    return line.toString();
  }

  Reading read() {
    var perProcess = new HashMap<Long, Long>();
    for (long pid : jdbc.sql("SELECT pid FROM pg_stat_activity").query(Long.class).list()) {
      perProcess.put(pid, nanosOf(ProcessHandle.of(pid).orElse(null)));
    }
    return new Reading(nanosOf(ProcessHandle.current()), perProcess,
        jdbc.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").query(Long.class).single(),
        jdbc.sql("SELECT num_timed + num_requested FROM pg_stat_checkpointer").query(Long.class).single());
  }

  private static long nanosOf(@Nullable ProcessHandle process) {
    return process == null ? 0 : process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** @param server nanoseconds of each server process; those that ended in between are not counted */
  record Reading(long jvm, Map<Long, Long> server, long walBytes, long checkpoints) {

    Reading since(Reading before) {
      var spent = new HashMap<Long, Long>();
      server.forEach((pid, nanos) -> spent.put(pid, nanos - before.server.getOrDefault(pid, 0L)));
      return new Reading(jvm - before.jvm, spent, walBytes - before.walBytes,
          checkpoints - before.checkpoints);
    }

    String perOne(long settlements) {
      long nanos = server.values().stream().mapToLong(Long::longValue).sum();
      return "%,d ns of the JVM, %,d ns of PostgreSQL, %,d bytes of its log; %d checkpoints".formatted(
          jvm / settlements, nanos / settlements, walBytes / settlements, checkpoints);
    }
  }
}
