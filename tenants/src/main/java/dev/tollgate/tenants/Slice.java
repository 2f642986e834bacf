package dev.tollgate.tenants;

import org.jspecify.annotations.Nullable;

/**
 * Which rows of a list are wanted. Rows that are alike in what they are ordered by come by their ids, so every row comes
 * once, however often the list is asked for on; rows that are made meanwhile move none of the others.
 *
 * @param order what the list may be ordered by
 * @param search what a row's text contains, in any case; null for all rows
 * @param after the id of the last row of the slice before, null for the first slice; behind a row that is not there any
 *     more, there is nothing
 * @param limit at most so many, at least 1
 */
public record Slice<O extends Enum<O>>(O order, boolean descending, @Nullable String search,
    @Nullable String after, int limit) {

  public Slice {
    if (limit < 1) {
      throw new IllegalArgumentException("A slice has at least one row, not " + limit);
    }
  }

  /** The first rows of a list. */
  public static <O extends Enum<O>> Slice<O> first(O order, boolean descending, int limit) {
    return new Slice<>(order, descending, null, null, limit);
  }
}
