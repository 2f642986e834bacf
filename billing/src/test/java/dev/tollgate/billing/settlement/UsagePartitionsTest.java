package dev.tollgate.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UsagePartitionsTest {

  private static final String DEFAULT = "usage_default";

  private final House house = new House();
  private final UsagePartitions partitions = new UsagePartitions(house.pool);
  /** The month of the database's clock, which it goes by. */
  private final YearMonth month = YearMonth.parse(house.jdbc
      .sql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM')").query(String.class).single());

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void theMonthAndTheTwoAfterItAreMadeAheadAndRepeatingItChangesNothing() {
    house.jdbc.sql("DROP TABLE billing." + partition(month.plusMonths(2))).update();
    assertThat(made()).containsExactly(DEFAULT, partition(month), partition(month.plusMonths(1)));
    partitions.create();
    List<String> all = List.of(DEFAULT, partition(month), partition(month.plusMonths(1)),
        partition(month.plusMonths(2)));
    assertThat(made()).containsExactlyElementsOf(all);
    partitions.create();
    assertThat(made()).containsExactlyElementsOf(all);
  }

  @Test
  void aRowLiesInThePartitionOfTheMonthOfItsRequestToTheMillisecond() {
    partitions.create();
    Instant next = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant beyond = month.plusMonths(3).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    house.time.moveTo(next.minusMillis(1));
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.beat();
    TenantId tenant = house.paying(1_000_000_000);
    assertThat(settled(instance, tenant)).isEqualTo(partition(month));
    house.time.moveTo(next);
    instance.beat();
    assertThat(settled(instance, tenant)).isEqualTo(partition(month.plusMonths(1)));
    house.time.moveTo(beyond);
    instance.beat();
    // Nothing is lost where a month was not made in time.
    assertThat(settled(instance, tenant)).isEqualTo(DEFAULT);
  }

  /** Where the row of a request that arrives now lies. */
  private String settled(House.Instance instance, TenantId tenant) {
    Request request = instance.request(tenant);
    request.run(0, 0, 1);
    return house.jdbc.sql(
        """
            SELECT c.relname FROM billing.usage u JOIN pg_class c ON c.oid = u.tableoid WHERE u.request_id = :id""")
        .param("id", request.id().value()).query(String.class).single();
  }

  private List<String> made() {
    return house.jdbc.sql("""
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'billing.usage'::regclass ORDER BY c.relname <> 'usage_default', c.relname""")
        .query(String.class).list();
  }

  private static String partition(YearMonth of) {
    return "usage_" + of.format(DateTimeFormatter.ofPattern("uuuu_MM"));
  }
}
