package dev.tollgate.billing.copying;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Sends rows, while the database already takes in the first of them. */
public final class BinaryCopy {

  private static final int SENT_AT_ONCE = 1 << 16;

  private BinaryCopy() {}

  /**
   * Inserts all rows, or fails; the connection's transaction is the caller's.
   *
   * @param copy {@code COPY … FROM STDIN (FORMAT BINARY)}
   * @param columns how many it names
   * @param writer writes the columns of a row, in the order in which it names them
   */
  public static <T> void insert(Connection connection, String copy, int columns, Collection<T> rows,
      BiConsumer<CopyRows, T> writer) throws SQLException {
    CopyIn under = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
    try {
      var written = new CopyRows(SENT_AT_ONCE + (SENT_AT_ONCE >> 2));
      for (T row : rows) {
        written.beginRow(columns);
        writer.accept(written, row);
        if (written.length() >= SENT_AT_ONCE) {
          under.writeToCopy(written.bytes(), 0, written.length());
          written.clear();
        }
      }
      written.end();
      under.writeToCopy(written.bytes(), 0, written.length());
      under.endCopy();
    } finally {
      if (under.isActive()) {
        under.cancelCopy();
      }
    }
  }
}
