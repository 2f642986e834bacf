package dev.tollgate.billing.catalog;

import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The currencies that invoices can be written in. Nothing may be priced in another one: what was used of it could never be
 * billed, and its tenant's month never closed.
 */
public final class Currencies {

  private final JdbcClient jdbc;

  public Currencies(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /** The rule that a code breaks, or empty where invoices can be written in it. */
  public Optional<String> ruleBrokenBy(String code) {
    List<String> codes = jdbc.sql("SELECT code FROM billing.currency ORDER BY code").query(String.class)
        .list();
    return codes.contains(code) ? Optional.empty()
        : Optional
            .of("must be one of the currencies that invoices are written in: " + String.join(", ", codes));
  }
}
