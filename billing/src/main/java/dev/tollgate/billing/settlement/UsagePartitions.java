package dev.tollgate.billing.settlement;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the partitions of usage ahead of time. */
public final class UsagePartitions {

  private static final int FOLLOWING_MONTHS = 2;

  private final JdbcClient jdbc;

  public UsagePartitions(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /** Creates the partitions of this month and the following ones where they are missing. */
  public void create() {
    jdbc.sql("SELECT billing.create_usage_partitions(:following)").param("following", FOLLOWING_MONTHS)
        .query(Integer.class).single();
  }
}
