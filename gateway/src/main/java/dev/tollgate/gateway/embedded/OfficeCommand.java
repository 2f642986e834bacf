package dev.tollgate.gateway.embedded;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.invoicing.CloseSettings;
import dev.tollgate.billing.invoicing.MonthClose;
import dev.tollgate.billing.invoicing.StoredInvoices;
import dev.tollgate.billing.statements.PagedLedgerJournal;
import dev.tollgate.exports.bundle.MonthBundle;
import dev.tollgate.exports.command.OfficeCommands;
import dev.tollgate.exports.command.Pause;
import dev.tollgate.exports.pdf.InvoicePdf;
import dev.tollgate.gateway.TimeConfiguration;
import dev.tollgate.gateway.embedded.DataFolder.DataFolderInUseException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * {@code ./tollgate close}, {@code finalise}, {@code recompute} and {@code export}: on the database named by
 * {@code --spring.datasource.url}, or on the embedded one, through its server if that runs.
 */
final class OfficeCommand {

  private static final String URL = "spring.datasource.url";
  private static final int REFUSED = 2;

  private OfficeCommand() {}

  public static void main(String[] arguments) throws IOException {
    LoggingSystem logging = LoggingSystem.get(OfficeCommand.class.getClassLoader());
    logging.beforeInitialize();
    logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.OFF);
    System.exit(run(arguments, System.out));
  }

  /**
   * Carries out one command and says on {@code out} what came of it.
   *
   * @return an exit status: 0 done, 1 refused or not exact, 2 misused
   */
  static int run(String[] arguments, PrintStream out) throws IOException {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
    List<String> command = Stream.of(arguments)
        .filter(each -> !each.startsWith("--spring.") && !each.startsWith("--tollgate.")).toList();
    return run(environment, command, out);
  }

  private static int run(Environment environment, List<String> command, PrintStream out) throws IOException {
    InvoicePdf pdf;
    try {
      pdf = InvoicePdf.withLogo(environment.getProperty(InvoicePdf.LOGO, ""));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return REFUSED;
    }
    String url = environment.getProperty(URL);
    return url == null ? onEmbedded(EmbeddedProperties.of(environment), pdf, command, out)
        : run(url, environment.getProperty("spring.datasource.username", ""),
            environment.getProperty("spring.datasource.password", ""), pdf, command, out);
  }

  private static int onEmbedded(EmbeddedProperties properties, InvoicePdf pdf, List<String> command,
      PrintStream out) throws IOException {
    try (DataFolder folder = DataFolder.open(properties.dataDir())) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, properties);
      try {
        return run(postgres.getJdbcUrl(), PostgresCluster.USER, postgres.getPassword(), pdf, command, out);
      } finally {
        postgres.destroy();
      }
    } catch (DataFolderInUseException e) {
      Path folder = properties.dataDir();
      int port = PostgresCluster.runningPort(folder.resolve(EmbeddedPostgres.FILES)).orElseThrow(
          () -> new IllegalStateException(
              "The gateway on " + folder + " is just starting: try again in a moment"));
      return run(PostgresCluster.url(port), PostgresCluster.USER,
          Files.readString(folder.resolve(EmbeddedPostgres.PASSWORD)).strip(), pdf, command, out);
    }
  }

  private static int run(String url, String user, String password, InvoicePdf pdf,
      List<String> command, PrintStream out) {
    try (var database = new HikariDataSource()) {
      database.setJdbcUrl(url);
      database.setUsername(user);
      database.setPassword(password);
      database.setMaximumPoolSize(4);
      Flyway.configure().dataSource(database).locations("classpath:db/migrations").load().migrate();
      return office(database, new TimeConfiguration().clock(), pdf, out).run(command);
    }
  }

  private static OfficeCommands office(DataSource database, Clock clock, InvoicePdf pdf,
      PrintStream out) {
    var catalogue = new Catalogue(database);
    var contracts = new Contracts(database);
    catalogue.refresh();
    contracts.refresh();
    var commitments = new ContractCommitments(database, contracts, catalogue);
    var closing = new MonthClose(database, contracts, commitments, CloseSettings.DEFAULT, clock);
    var invoices = new StoredInvoices(database, contracts, commitments, clock);
    return new OfficeCommands(closing, invoices,
        new MonthBundle(invoices, closing, new PagedLedgerJournal(database), pdf), out, System.err,
        Pause.SECOND);
  }
}
