package dev.tollgate.gateway.management.wire;

import dev.tollgate.gateway.management.problems.Rejection;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Which page of a list is wanted: {@code limit} and {@code cursor}. A cursor says behind which row the page begins, so
 * rows that come or go elsewhere move nothing; it is good for the list that gave it, in its order.
 */
public final class PageRequest {

  static final int DEFAULT_LIMIT = 50;
  static final int MOST = 200;

  private final HttpServletRequest request;
  private final int limit;
  private final @Nullable String after;

  private PageRequest(HttpServletRequest request, int limit, @Nullable String after) {
    this.request = request;
    this.limit = limit;
    this.after = after;
  }

  static PageRequest of(HttpServletRequest request) {
    String cursor = request.getParameter("cursor");
    return new PageRequest(request, limit(request.getParameter("limit")),
        cursor == null ? null : decoded(request, cursor));
  }

  /** One more than the page holds, by which one learns whether there is a next page. */
  public int limitAndOne() {
    return limit + 1;
  }

  /** Behind which row the page begins; null for the first page. */
  public <T> @Nullable T after(Function<String, T> parser) {
    if (after == null) {
      return null;
    }
    try {
      return parser.apply(after);
    } catch (RuntimeException e) {
      throw foreign();
    }
  }

  public @Nullable UUID afterId() {
    return after(UUID::fromString);
  }

  public @Nullable Long afterNumber() {
    return after(Long::valueOf);
  }

  /**
   * The page.
   *
   * @param rows up to {@link #limitAndOne} of them
   * @param cursor of a row, what {@link #after} is to get
   */
  public <T, C> Page<C> page(List<T> rows, Function<T, C> card, Function<T, Object> cursor) {
    List<T> shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    String next = rows.size() > limit ? next(cursor.apply(shown.getLast()).toString()) : null;
    return new Page<>(shown.stream().map(card).toList(), next);
  }

  /**
   * The page of a list that is short enough to be read whole.
   *
   * @param key of a row, as {@link SortKey} makes them: no two rows have the same, and the list stands in their order
   */
  public <T, C> Page<C> sorted(Collection<T> rows, Function<T, C> card, Function<T, String> key) {
    return cut(rows, card, key, Comparator.naturalOrder());
  }

  /** The same the other way round. */
  public <T, C> Page<C> latestFirst(Collection<T> rows, Function<T, C> card, Function<T, String> key) {
    return cut(rows, card, key, Comparator.reverseOrder());
  }

  private <T, C> Page<C> cut(Collection<T> rows, Function<T, C> card, Function<T, String> key,
      Comparator<String> order) {
    String from = after;
    return page(rows.stream().filter(row -> from == null || order.compare(key.apply(row), from) > 0)
        .sorted(Comparator.comparing(key, order)).limit(limitAndOne()).toList(), card, key::apply);
  }

  private String next(String position) {
    byte[] text = (scope(request) + "\n" + position).getBytes(StandardCharsets.UTF_8);
    var builder = UriComponentsBuilder.fromPath(request.getRequestURI());
    if (request.getQueryString() != null) {
      builder.query(request.getQueryString());
    }
    return builder.replaceQueryParam("cursor", Base64.getUrlEncoder().withoutPadding().encodeToString(text))
        .build(true).toUriString();
  }

  /** The list and its order. */
  private static String scope(HttpServletRequest request) {
    String sort = request.getParameter("sort");
    return request.getRequestURI() + (sort == null ? "" : " " + sort);
  }

  private static String decoded(HttpServletRequest request, String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      if (end >= 0 && text.substring(0, end).equals(scope(request))) {
        return text.substring(end + 1);
      }
    } catch (IllegalArgumentException e) {
      // Answered below, like a cursor of another list.
    }
    throw foreign();
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of bounds.
    }
    throw Rejection.invalid("limit", "must be between 1 and " + MOST);
  }

  private static RuntimeException foreign() {
    return Rejection.invalid("cursor", "must be one that a page of this list, in this order, gave as next");
  }
}
