package dev.tollgate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class TestPostgresTest {

  @Test
  void everyDatabaseIsMigratedAndApartFromTheOthers() throws SQLException {
    try (var first = TestPostgres.migrated().pool(1);
        var second = TestPostgres.migrated().pool(1);
        var one = first.getConnection();
        var other = second.getConnection();
        var statement = one.createStatement();
        var otherStatement = other.createStatement()) {
      statement.execute("CREATE TABLE only_here (id int)");
      var found = otherStatement.executeQuery("SELECT to_regclass('only_here')");
      found.next();
      assertThat(found.getString(1)).isNull();
      var version = otherStatement.executeQuery("SELECT count(*) FROM flyway_schema_history WHERE success");
      version.next();
      assertThat(version.getInt(1)).isPositive();
    }
  }
}
