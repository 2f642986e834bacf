package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.gateway.console.PagesRole;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Usage of all tenants by day, at most a minute old: summing it up reads a row for every tenant, key and day, which is more
 * than a page should wait for each time that somebody looks.
 */
@Component
@PagesRole
class UsageOfAll {

  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final int MOST = 16;

  private final UsageDays days;
  private final Clock clock;
  private final ConcurrentHashMap<Asked, Answered> kept = new ConcurrentHashMap<>();

  UsageOfAll(UsageDays days, Clock clock) {
    this.days = days;
    this.clock = clock;
  }

  private record Asked(LocalDate from, LocalDate until, Set<By> by) {}

  private record Answered(List<Row> rows, Instant at) {}

  /** As {@link UsageDays#between}. Who asks for the same at once waits for one answer. */
  List<Row> between(LocalDate from, LocalDate until, Set<By> by) {
    Instant now = clock.instant();
    kept.values().removeIf(answered -> answered.at().isBefore(now.minus(KEPT)));
    if (kept.size() >= MOST) {
      kept.clear();
    }
    return kept.computeIfAbsent(new Asked(from, until, Set.copyOf(by)),
        asked -> new Answered(List.copyOf(days.between(null, from, until, by)), now)).rows();
  }
}
