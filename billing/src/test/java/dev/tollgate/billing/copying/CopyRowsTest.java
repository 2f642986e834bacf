package dev.tollgate.billing.copying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.TestPostgres;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class CopyRowsTest {

  private static final String LONG_TEXT = "中文 é 😀 ".repeat(20_000);

  @Test
  void whatIsSentIsWhatIsStored() throws Exception {
    var id = UUID.randomUUID();
    Instant[] instants = {Instant.parse("1969-12-31T23:59:59.999999Z"),
        Instant.parse("2026-11-22T10:00:00.123456789Z"),
        Instant.parse("9999-01-01T00:00:00Z")};
    var rows = new CopyRows(0);
    for (Instant instant : instants) {
      rows.beginRow(6);
      rows.uuid(id);
      rows.bigint(Long.MIN_VALUE);
      rows.text(LONG_TEXT);
      rows.text(null);
      rows.instant(instant);
      rows.smallint(Short.MIN_VALUE);
    }
    rows.beginRow(6);
    rows.uuid(new UUID(0, 0));
    rows.bigint(Long.MAX_VALUE);
    rows.text("");
    rows.text("x");
    rows.instant(null);
    rows.smallint((short) 63);
    rows.end();
    try (var pool = TestPostgres.empty().pool(1);
        var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement
          .execute(
              "CREATE TABLE sent (id uuid, number bigint, text text, missing text, at timestamptz, small smallint)");
      var copy = connection.unwrap(PGConnection.class).getCopyAPI()
          .copyIn("COPY sent FROM STDIN (FORMAT BINARY)");
      copy.writeToCopy(rows.bytes(), 0, rows.length());
      assertThat(copy.endCopy()).isEqualTo(4);
      try (var stored = statement.executeQuery("SELECT * FROM sent ORDER BY at NULLS LAST")) {
        for (Instant instant : instants) {
          assertThat(stored.next()).isTrue();
          assertThat(stored.getObject(1)).isEqualTo(id);
          assertThat(stored.getLong(2)).isEqualTo(Long.MIN_VALUE);
          assertThat(stored.getString(3)).isEqualTo(LONG_TEXT);
          assertThat(stored.getString(4)).isNull();
          assertThat(stored.getObject(5, OffsetDateTime.class)).isEqualTo(
              instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
          assertThat(stored.getShort(6)).isEqualTo(Short.MIN_VALUE);
        }
        assertThat(stored.next()).isTrue();
        assertThat(stored.getLong(2)).isEqualTo(Long.MAX_VALUE);
        assertThat(stored.getString(3)).isEmpty();
        assertThat(stored.getObject(5)).isNull();
        assertThat(stored.getShort(6)).isEqualTo((short) 63);
      }
    }
  }

  @Test
  void arraysAndBytesAreStoredInTheirOrder() throws Exception {
    byte[] some = {0, -1, '\\', 127, 9};
    List<List<Long>> sent = List.of(List.of(Long.MAX_VALUE, 0L, Long.MIN_VALUE), List.of());
    try (var pool = TestPostgres.empty().pool(1);
        var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE sent (numbers bigint[], bytes bytea)");
      BinaryCopy.insert(connection, "COPY sent FROM STDIN (FORMAT BINARY)", 2, sent, (row, each) -> {
        row.bigints(each, number -> number);
        row.bytea(some, each.size());
      });
      try (var stored = statement.executeQuery("SELECT * FROM sent ORDER BY cardinality(numbers) DESC")) {
        assertThat(stored.next()).isTrue();
        assertThat((Object[]) stored.getArray(1).getArray()).containsExactly(Long.MAX_VALUE, 0L,
            Long.MIN_VALUE);
        assertThat(stored.getBytes(2)).containsExactly(0, -1, '\\');
        assertThat(stored.next()).isTrue();
        assertThat((Object[]) stored.getArray(1).getArray()).isEmpty();
        assertThat(stored.getBytes(2)).isEmpty();
      }
      assertThat(count(statement, "SELECT count(*) FROM sent WHERE numbers = '{}' AND bytes = ''"))
          .isEqualTo(1);
    }
  }

  private static long count(Statement statement, String query) throws SQLException {
    try (var found = statement.executeQuery(query)) {
      found.next();
      return found.getLong(1);
    }
  }

  @Test
  void anInstantTooFarToCountInMicrosecondsIsAnError() {
    assertThatThrownBy(() -> new CopyRows(0).instant(Instant.MAX)).isInstanceOf(ArithmeticException.class);
  }
}
