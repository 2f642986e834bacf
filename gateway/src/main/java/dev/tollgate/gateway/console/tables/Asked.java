package dev.tollgate.gateway.console.tables;

import dev.tollgate.tenants.Slice;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a reader asks for a table: its order, what its rows contain and behind which row it goes on. All of it stands in the
 * address, so that it can be kept, sent and gone back to. Orders are those of the list below and no others; what cannot be
 * read, asks for the usual order.
 */
public final class Asked<O extends Enum<O>> {

  /** The table of a page that has one. */
  private static final String MAIN = "rows";
  private static final int MAIN_ROWS = 50;
  private static final int ROWS_BESIDE_OTHERS = 10;
  private static final int LONGEST = 200;

  private final String name;
  private final int rows;
  private final Address address;
  private final O order;
  private final boolean descending;

  private Asked(String name, int rows, HttpServletRequest request, O usual, boolean descending) {
    this.name = name;
    this.rows = rows;
    this.address = Address.of(request);
    String sort = address.value(parameter("sort"));
    String wanted = sort.startsWith("-") ? sort.substring(1) : sort;
    O found = Arrays.stream(usual.getDeclaringClass().getEnumConstants())
        .filter(each -> code(each).equals(wanted)).findFirst().orElse(null);
    this.order = found == null ? usual : found;
    this.descending = found == null ? descending : sort.startsWith("-");
  }

  /**
   * The only table of a page, or the one that it is about.
   *
   * @param descending how the usual order goes
   */
  public static <O extends Enum<O>> Asked<O> of(HttpServletRequest request, O usual, boolean descending) {
    return new Asked<>(MAIN, MAIN_ROWS, request, usual, descending);
  }

  /** One of several tables of a page, whose name stands before its parameters. */
  public static <O extends Enum<O>> Asked<O> of(HttpServletRequest request, String name, O usual,
      boolean descending) {
    return new Asked<>(name, ROWS_BESIDE_OTHERS, request, usual, descending);
  }

  /** What to ask the list for: a row more than is shown tells whether there are further ones. */
  public Slice<O> slice() {
    String search = search();
    return new Slice<>(order, descending, search.isEmpty() ? null : search, after(), rows + 1);
  }

  /**
   * The table of what was found.
   *
   * @param id as the list knows its rows
   */
  public <R> Table<R> table(List<R> found, Function<R, ?> id) {
    List<R> shown = found.subList(0, Math.min(rows, found.size()));
    String further = found.size() > rows
        ? address.with(Map.of(parameter("after"), id.apply(shown.getLast()).toString()))
        : null;
    String beginning = after() == null ? null : address.with(Map.of(parameter("after"), ""));
    return new Table<>(name, List.copyOf(shown), headings(), sort(order, descending), search(), further,
        beginning);
  }

  /** A link for everything that the table may be ordered by; the present order's turns it round. */
  private Map<String, Table.Heading> headings() {
    var headings = new LinkedHashMap<String, Table.Heading>();
    for (O each : order.getDeclaringClass().getEnumConstants()) {
      boolean present = each == order;
      String direction = present ? descending ? "descending" : "ascending" : null;
      headings.put(each.name(), new Table.Heading(address.with(
          Map.of(parameter("sort"), sort(each, present && !descending), parameter("after"), "")), direction));
    }
    return headings;
  }

  private String search() {
    String search = address.value(parameter("search")).strip();
    return search.substring(0, Math.min(LONGEST, search.length())).replace("\0", "");
  }

  private @Nullable String after() {
    String after = address.value(parameter("after"));
    return after.isEmpty() || after.length() > LONGEST || after.indexOf('\0') >= 0 ? null : after;
  }

  private String parameter(String what) {
    return name.equals(MAIN) ? what : name + "-" + what;
  }

  private static String sort(Enum<?> order, boolean descending) {
    return (descending ? "-" : "") + code(order);
  }

  private static String code(Enum<?> order) {
    return order.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
