package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Adjustments.Kind;
import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Party;
import dev.tollgate.billing.invoicing.StoredAdjustments;
import dev.tollgate.billing.invoicing.StoredProfiles;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An accountant's month at the command line, on a database of its own. */
class OfficeCommandTest {

  private static final Party ANYBODY = new Party("Example", "1 High Street", "", "10115", "Berlin", "DE",
      "DE123456789", null, "accounts@example.com", null, null);

  private final TestPostgres.Database database = TestPostgres.migrated();
  private final YearMonth last = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
  private final YearMonth open = last.plusMonths(1);

  @TempDir
  private Path folder;

  @Test
  void aMonthIsClosedFinalisedRecomputedAndExportedAndWhatCannotBeDoneIsRefused() throws IOException {
    charge();
    String number = "T-" + YearMonth.now(ZoneOffset.UTC).getYear() + "-000001";
    String archive = " --formats=csv,journal --to=" + folder.resolve("month.zip");
    String notClosed = "The month " + last + " is not closed. Close it first; months that can be closed: ["
        + last + "].";
    answers("finalise " + last, 1, notClosed);
    answers("recompute " + last, 1, notClosed);
    answers("export " + last + archive, 1, notClosed);
    answers("close " + open, 1, "The month " + open + " has not ended.");
    answers("close " + last + " --without-waiting", 0, last + " is closed: drafts for 1 tenants");
    answers("export " + last + archive, 1, "No document of " + last + " is finalised.");
    answers("recompute " + number, 1, "There is no document " + number + ".");
    answers("finalise " + last, 0, "1 invoices of " + last + " are finalised");
    answers("finalise " + last, 1, "All invoices of " + last + " are finalised already.");
    answers("recompute " + last, 0,
        "1 invoices of " + last + " recomputed from usage records, 0 of them differ");
    answers("recompute " + number, 0, number + " recomputed from usage records");
    answers("export " + last + archive, 0, "2 files of " + last + " are in " + folder);
    answers("export " + last + archive, 1, "There is a file");
    assertThat(folder.resolve("month.zip")).isNotEmptyFile();
  }

  /** One tenant, under contract since the month began, that is to pay 100 dollars. */
  private void charge() {
    var tenant = new TenantId(UUID.randomUUID());
    try (HikariDataSource pool = database.pool(1)) {
      JdbcClient.create(pool).sql("""
          INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
          VALUES (:tenant, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(CAST(:since AS timestamptz), NULL))
          """).param("tenant", tenant.value()).param("since", last.atDay(1) + "T00:00:00Z").update();
      var profiles = new StoredProfiles(pool);
      profiles.issue(new Issuer(BillingProfiles.MAIN_ISSUER, ANYBODY, ZoneOffset.UTC, "T-"));
      profiles.record(tenant, new Profile(BillingProfiles.MAIN_ISSUER, ANYBODY, TaxRule.standard(1_900), 14));
      new StoredAdjustments(pool, Clock.systemUTC()).add(tenant, new Adjustment(Kind.ADJUSTMENT,
          new Money("USD", BigInteger.valueOf(100_000_000_000_000L)), last, "Setup", "setup-1"), "test");
    }
  }

  private void answers(String command, int status, String said) throws IOException {
    var words = new ByteArrayOutputStream();
    String[] arguments = Stream.concat(Stream.of(command.split(" ", -1)),
        Stream.of("--spring.datasource.url=" + database.url(),
            "--spring.datasource.username=" + database.user(),
            "--spring.datasource.password=" + database.password()))
        .toArray(String[]::new);
    int answered = OfficeCommand.run(arguments, new PrintStream(words, true, StandardCharsets.UTF_8));
    assertThat(words.toString(StandardCharsets.UTF_8)).as(command).contains(said);
    assertThat(answered).as(command).isEqualTo(status);
  }
}
