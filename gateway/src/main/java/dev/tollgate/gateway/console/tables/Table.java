package dev.tollgate.gateway.console.tables;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table as a page shows it.
 *
 * @param name of the element that is replaced when another order or slice is asked for
 * @param headings by the name of what they order by
 * @param sort how it is ordered now, as the address says it
 * @param search what its rows contain; empty for all rows
 * @param further where it goes on; null at its end
 * @param beginning where it begins; null if it is there
 */
public record Table<R>(String name, List<R> rows, Map<String, Heading> headings, String sort, String search,
    @Nullable String further, @Nullable String beginning) {

  /**
   * A heading that orders the table.
   *
   * @param path of the page in that order, or turned round if it is in that order
   * @param direction as {@code aria-sort} says it; null if the table is in another order
   */
  public record Heading(String path, @Nullable String direction) {}

  /** The same table, its rows told otherwise. */
  public <S> Table<S> map(Function<R, S> told) {
    return new Table<>(name, rows.stream().map(told).toList(), headings, sort, search, further, beginning);
  }

  public Heading heading(String order) {
    return Objects.requireNonNull(headings.get(order), () -> "no order " + order);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Whether there may be rows that are not shown because others were asked for. */
  public boolean narrowed() {
    return !search.isEmpty() || beginning != null;
  }
}
