package dev.tollgate.system.chaos;

import dev.tollgate.system.chaos.Asked.Ending;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** What the run came to, printed as one block. */
final class Figures {

  private final long seed;
  private final long began = System.nanoTime();
  private Duration startup = Duration.ZERO;
  private Duration load = Duration.ZERO;
  private Duration freeAfter = Duration.ZERO;
  private List<String> stuck = List.of();
  private int kills;
  private int outages;

  Figures(long seed) {
    this.seed = seed;
    System.out.println("chaos test: seed " + seed);
  }

  void started() {
    startup = since(began);
  }

  void idle() {
    load = since(began).minus(startup);
  }

  void free(long nanos, Trouble trouble) {
    freeAfter = Duration.ofNanos(nanos);
    kills = trouble.kills().size();
    outages = trouble.outages().size();
  }

  /** What was held or leased still when nobody waited any longer. */
  void stuck(List<String> leased) {
    stuck = leased;
  }

  List<String> stuck() {
    return stuck;
  }

  /** From the last crash, or from the end of the load if that was later, until nothing was held or leased. */
  Duration freeAfter() {
    return freeAfter;
  }

  void print(List<Asked> asked, Verdict verdict, Refusals refusals, List<String> overspent, Ledger ledger) {
    System.out.printf("""
        chaos test, seed %d: 3 gateways up in %.1f s, load for %.1f s, %d kill -9, %d restarts of PostgreSQL
          %d requests: %s; %d usage records; up to %d streams at once
          overspend                                %d
          lost settlements of answered requests    %d
          double charges                           %d
          records that say something else          %d
          false refusals                           %d (of %d judged, %d not judged around crashes)
          answers broken by living gateways        %d
          503 while PostgreSQL was there           %d (and %d after a dead or busy gateway did not answer)
          stuck holds                              %d (all free %.1f s after the last crash or request)
          sums that do not agree                   %d
        """, seed, seconds(startup), seconds(load), kills, outages, asked.size(), Verdict.endings(asked),
        ledger.rows().size(), mostStreams(asked), overspent.size(), verdict.lost().size(), ledger.doubled(),
        verdict.misbilled().size(), refusals.wrong().size(), refusals.judged(), refusals.unjudged(),
        verdict.broken().size(), verdict.unavailable().size(), verdict.inDoubt(), stuck.size(),
        seconds(freeAfter),
        ledger.differences().size());
  }

  /** The most streams that were open at one time, refused ones not counted. */
  static int mostStreams(List<Asked> asked) {
    var changes = new TreeMap<Long, Integer>();
    asked.stream().filter(one -> one.question().stream() && !(one.ending() instanceof Ending.Refused))
        .forEach(one -> {
          changes.merge(one.sentAt(), 1, Integer::sum);
          changes.merge(one.endedAt(), -1, Integer::sum);
        });
    int open = 0;
    int most = 0;
    for (int change : changes.values()) {
      open += change;
      most = Math.max(most, open);
    }
    return most;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1_000.0;
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
