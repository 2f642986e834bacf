package dev.tollgate.billing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    var perProcess = new HashMap<ServerProcess, Long>();
    jdbc.sql(
        """
            SELECT pid, CASE backend_type WHEN 'client backend' THEN application_name ELSE backend_type END AS work
            FROM pg_stat_activity
            """)
        .query(ServerProcess.class).list()
        .forEach(process -> perProcess.put(process, nanosOf(ProcessHandle.of(process.pid()).orElse(null))));
    return new Reading(nanosOf(ProcessHandle.current()), perProcess,
        jdbc.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").query(Long.class).single(),
        jdbc.sql("SELECT num_timed + num_requested FROM pg_stat_checkpointer").query(Long.class).single());
  }

  private static long nanosOf(@Nullable ProcessHandle process) {
    return process == null ? 0 : process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** @param work what a server process does: a client's name for its connection, or the kind of the server's own */
  record ServerProcess(long pid, String work) {}

  /** @param server nanoseconds of each server process; those that ended in between are not counted */
  record Reading(long jvm, Map<ServerProcess, Long> server, long walBytes, long checkpoints) {

    Reading since(Reading before) {
      var spent = new HashMap<ServerProcess, Long>();
      server.forEach((process, nanos) -> spent.put(process, nanos - before.server.getOrDefault(process, 0L)));
      return new Reading(jvm - before.jvm, spent, walBytes - before.walBytes,
          checkpoints - before.checkpoints);
    }

    String perOne(long settlements) {
      var byWork = new TreeMap<String, Long>();
      server.forEach((process, nanos) -> byWork.merge(process.work(), nanos / settlements, Long::sum));
      byWork.values().removeIf(nanos -> nanos < 100);
      long nanos = server.values().stream().mapToLong(Long::longValue).sum();
      return "%,d ns of the JVM, %,d ns of PostgreSQL %s, %,d bytes of its log; %d checkpoints".formatted(
          jvm / settlements, nanos / settlements, byWork, walBytes / settlements, checkpoints);
    }
  }
}
