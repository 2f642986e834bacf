package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.billing.UsageDays.Total;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.Slice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * Usage of all tenants by day, at most a minute old: summing it up reads a row for every tenant, key and day, which is more
 * than a page should wait for each time that somebody looks.
 */
@Component
@PagesRole
class UsageOfAll {

  private final UsageDays days;
  private final Kept<Span, List<Row>> rows;
  private final Kept<Ranked, List<Total>> totals;

  UsageOfAll(UsageDays days, Clock clock) {
    this.days = days;
    this.rows = new Kept<>(clock);
    this.totals = new Kept<>(clock);
  }

  private record Span(LocalDate from, LocalDate until, Set<By> by) {}

  private record Ranked(String currency, LocalDate from, LocalDate until, By by,
      Slice<UsageDays.Order> slice) {}

  /** As {@link UsageDays#between}. */
  List<Row> between(LocalDate from, LocalDate until, Set<By> by) {
    return rows.of(new Span(from, until, Set.copyOf(by)),
        asked -> List.copyOf(days.between(null, from, until, asked.by())));
  }

  /** As {@link UsageDays#totals}. */
  List<Total> totals(String currency, LocalDate from, LocalDate until, By by, Slice<UsageDays.Order> slice) {
    return totals.of(new Ranked(currency, from, until, by, slice),
        asked -> List.copyOf(days.totals(null, currency, from, until, by, slice)));
  }

  /** The latest answers. Who asks for the same at once waits for one of them. */
  private static final class Kept<K, V> {

    private static final Duration TIME = Duration.ofMinutes(1);
    private static final int MOST = 16;

    private final Clock clock;
    private final ConcurrentHashMap<K, Answered<V>> answers = new ConcurrentHashMap<>();

    Kept(Clock clock) {
      this.clock = clock;
    }

    private record Answered<V>(V answer, Instant at) {}

    V of(K asked, Function<K, V> ask) {
      Instant now = clock.instant();
      answers.values().removeIf(answered -> answered.at().isBefore(now.minus(TIME)));
      if (answers.size() >= MOST) {
        answers.clear();
      }
      return answers.computeIfAbsent(asked, key -> new Answered<>(ask.apply(key), now)).answer();
    }
  }
}
