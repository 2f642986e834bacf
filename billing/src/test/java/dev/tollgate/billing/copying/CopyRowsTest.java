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
  void arraysAreStoredInTheirOrder() throws Exception {
    List<String> texts = List.of("", "中文", "x".repeat(70_000));
    List<UUID> ids = texts.stream().map(text -> UUID.randomUUID()).toList();
    record Sent(List<UUID> ids, List<String> texts) {}
    List<Sent> sent = List.of(new Sent(ids, texts), new Sent(List.of(), List.of()));
    try (var pool = TestPostgres.empty().pool(1);
        var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE sent (ids uuid[], numbers bigint[], texts text[])");
      BinaryCopy.insert(connection, "COPY sent FROM STDIN (FORMAT BINARY)", 3, sent, (row, each) -> {
        row.uuids(each.ids, id -> id);
        row.bigints(each.texts, text -> Long.MAX_VALUE - text.length());
        row.texts(each.texts, text -> text);
      });
      try (var stored = statement.executeQuery("SELECT * FROM sent ORDER BY cardinality(ids) DESC")) {
        assertThat(stored.next()).isTrue();
        assertThat((Object[]) stored.getArray(1).getArray()).containsExactlyElementsOf(ids);
        assertThat((Object[]) stored.getArray(2).getArray()).containsExactly(Long.MAX_VALUE,
            Long.MAX_VALUE - 2,
            Long.MAX_VALUE - 70_000);
        assertThat((Object[]) stored.getArray(3).getArray()).containsExactlyElementsOf(texts);
        assertThat(stored.next()).isTrue();
        for (int column = 1; column <= 3; column++) {
          assertThat((Object[]) stored.getArray(column).getArray()).isEmpty();
        }
      }
      assertThat(
          count(statement, "SELECT count(*) FROM sent WHERE ids = '{}' AND numbers = '{}' AND texts = '{}'"))
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
