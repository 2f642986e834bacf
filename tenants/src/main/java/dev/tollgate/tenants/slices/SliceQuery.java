package dev.tollgate.tenants.slices;

import dev.tollgate.tenants.Slice;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Reads a slice of rows that a query yields. It goes on behind the row that was last, wherever that stands by now, so that
 * no row is counted off that was shown before. What is written into the statement comes from the code; what readers
 * write, goes as parameters.
 */
public final class SliceQuery {

  private final String rows;
  private final IdKind kind;
  private final String id;
  private @Nullable String text;

  /** What ids are. */
  public enum IdKind {
    UUID, NUMBER, TEXT;

    /** As the database compares it; what is no id, stands before all of them. */
    private Object read(String id) {
      try {
        return switch (this) {
          case UUID -> java.util.UUID.fromString(id);
          case NUMBER -> Long.valueOf(id);
          case TEXT -> id;
        };
      } catch (IllegalArgumentException e) {
        return this == UUID ? new UUID(0, 0) : Long.valueOf(Long.MIN_VALUE);
      }
    }
  }

  private SliceQuery(String rows, IdKind kind, String id) {
    this.rows = rows;
    this.kind = kind;
    this.id = id;
  }

  /**
   * Rows to be read.
   *
   * @param rows a query without an order
   * @param kind what its ids are
   * @param id the column that tells its rows apart
   */
  public static SliceQuery of(String rows, IdKind kind, String id) {
    return new SliceQuery(rows, kind, id);
  }

  /** What is searched: an expression over the columns. Without one, a search finds nothing out and all rows are meant. */
  public SliceQuery searching(String expression) {
    this.text = expression;
    return this;
  }

  /**
   * The statement, to which the parameters of the rows are yet to be given.
   *
   * @param expression over the columns, which is null for no row
   */
  public StatementSpec ask(JdbcClient jdbc, Slice<?> slice, String expression) {
    boolean byId = expression.equals(id);
    String after = slice.after();
    String search = text == null ? null : slice.search();
    String order = slice.descending() ? " DESC" : " ASC";
    var sql = new StringBuilder("SELECT * FROM (").append(rows).append(") AS listed WHERE true");
    if (search != null) {
      sql.append(" AND position(lower(:slice_search) IN lower(").append(text).append(")) > 0");
    }
    if (after != null) {
      sql.append(behind(byId, expression, slice.descending() ? " < " : " > "));
    }
    sql.append(" ORDER BY ").append(byId ? "" : expression + order + ", ").append(id).append(order)
        .append(" LIMIT :slice_limit");
    StatementSpec asked = jdbc.sql(sql.toString()).param("slice_limit", slice.limit());
    if (search != null) {
      asked = asked.param("slice_search", search);
    }
    return after == null ? asked : asked.param("slice_after", kind.read(after));
  }

  private String behind(boolean byId, String expression, String further) {
    return byId ? " AND " + id + further + ":slice_after"
        : " AND (" + expression + ", " + id + ")" + further + "(SELECT " + expression + ", " + id + " FROM ("
            + rows + ") AS seen WHERE " + id + " = :slice_after)";
  }
}
