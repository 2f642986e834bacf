package dev.tollgate.db;

import java.util.function.Consumer;

/**
 * Tells every gateway instance what changed in the database, well within a second of the commit, so that what the hot
 * path needs can be answered from memory.
 *
 * <p>Triggers announce a change with {@code pg_notify('tollgate_changes', 'topic:detail')} or just {@code 'topic'}.
 *
 * <p>A subscriber that caches follows three rules and then never serves anything stale for long: subscribe first and
 * read afterwards; read again what {@code onChange} names; read everything again on {@code onReconnect}.
 */
public interface ChangeFeed {

  /** The PostgreSQL channel of all announcements. */
  String CHANNEL = "tollgate_changes";

  /**
   * Registers for one topic, for the life of the feed. Callbacks run one at a time on the feed's thread: they should be
   * short, and may ask the database.
   *
   * @param onChange takes the detail, or an empty string where the announcement had none. If it throws, the change
   *     counts as missed, and {@code onReconnect} is called until it succeeds
   * @param onReconnect called whenever announcements may have been missed: when listening begins anew, also the first
   *     time for those who subscribed before the feed was started, and every few seconds while nobody can listen
   */
  void subscribe(String topic, Consumer<String> onChange, Runnable onReconnect);
}
