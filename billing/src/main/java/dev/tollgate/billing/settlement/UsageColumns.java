package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A batch of settlements turned into one array per column, in the order that the insert names them. */
final class UsageColumns {

  private static final long MICROS = 1_000_000;

  private final List<Settlement> settlements;

  UsageColumns(List<Settlement> settlements) {
    this.settlements = settlements;
  }

  void bind(Connection connection, PreparedStatement statement, int first) throws SQLException {
    var binding = new Binding(connection, statement, first);
    binding.add("uuid", s -> s.id().value());
    binding.add("uuid", s -> s.payer().tenant().value());
    binding.add("uuid", s -> s.payer().project().value());
    binding.add("uuid", s -> s.payer().key().value());
    binding.add("int8", Settlement::contract);
    binding.add("text", Settlement::model);
    binding.add("text", Settlement::region);
    binding.add("text", s -> s.consumption().endpoint());
    binding.add("text", s -> s.consumption().backend());
    binding.add("text", s -> s.consumption().outcome().name());
    binding.add("int8", s -> usage(s).inputTokens());
    binding.add("int8", s -> usage(s).cachedInputTokens());
    binding.add("int8", s -> usage(s).outputTokens());
    binding.add("text", Settlement::currency);
    binding.add("int8", s -> s.bill().amountPico());
    binding.add("int8", s -> s.bill().freeTokens());
    binding.add("int8", s -> s.bill().packMillitokens());
    binding.add("text", s -> LinesJson.of(s.bill().lines()));
    binding.add("int8", s -> micros(s.arrivedAt()));
    binding.add("int8", s -> micros(s.consumption().firstTokenAt()));
    binding.add("int8", s -> micros(s.consumption().completedAt()));
    binding.add("int8", Settlement::epoch);
  }

  private static Usage usage(Settlement settlement) {
    return settlement.consumption().usage();
  }

  private static @Nullable Long micros(@Nullable Instant instant) {
    return instant == null
        ? null
        : Math.addExact(Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1_000);
  }

  private final class Binding {

    private final Connection connection;
    private final PreparedStatement statement;
    private int position;

    Binding(Connection connection, PreparedStatement statement, int first) {
      this.connection = connection;
      this.statement = statement;
      this.position = first;
    }

    void add(String type, Function<Settlement, @Nullable Object> value) throws SQLException {
      @Nullable
      Object[] column = new @Nullable Object[settlements.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = value.apply(settlements.get(i));
      }
      statement.setArray(position++, connection.createArrayOf(type, column));
    }
  }
}
