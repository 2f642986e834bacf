package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.Dunning.Level;
import dev.tollgate.billing.Dunning.Round;
import dev.tollgate.billing.Dunning.State;
import dev.tollgate.billing.Dunning.Step;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Payments.Payment;
import dev.tollgate.billing.dunning.DunningByLevels;
import dev.tollgate.billing.dunning.NoMail;
import dev.tollgate.billing.dunning.ResumingPayments;
import dev.tollgate.tenants.Arrears;
import dev.tollgate.tenants.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Reminders and arrears of an invoice over 30 dollars that is due on 16 October. */
class DunningTest {

  private final Office office = new Office();
  private final Refused refused = new Refused();
  private final Postbox postbox = new Postbox();
  private final Dunning dunning = dunning(postbox);
  private final ResumingPayments payments = new ResumingPayments(new RecordedPayments(office.house.pool),
      dunning);
  private TenantId tenant = new TenantId(new java.util.UUID(0, 0));
  private Invoice invoice;

  DunningTest() {
    tenant = office.onCredit(100, ZoneOffset.UTC);
    office.use(tenant, 10_100_000, 0, 0);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    office.invoices.finalise(SEPTEMBER, "test");
    invoice = office.only(tenant);
  }

  @BeforeEach
  void theInvoiceIsDue() {
    assertThat(invoice.totals().open()).isEqualTo(3_000);
    assertThat(Settling.number(invoice)).isEqualTo("INV-2026-000001");
  }

  @AfterEach
  void close() {
    office.close();
  }

  private Dunning dunning(Dunning.Mail mail) {
    return new DunningByLevels(office.house.pool, refused, mail, office.house.time.clock());
  }

  private Round runAt(String instant) {
    office.at(instant);
    return dunning.run();
  }

  private List<Integer> levels() {
    return dunning.of(tenant).stream().map(Step::level).toList();
  }

  private void pay(long coins) {
    var outcome = payments.pay(invoice.id(), new Payment("USD", coins, "bank-" + coins), "test");
    assertThat(outcome).isInstanceOf(dev.tollgate.billing.Payments.Outcome.Recorded.class);
  }

  @Test
  void nobodyIsRemindedBeforeTheFirstLevel() {
    assertThat(runAt("2026-10-16T23:59:59Z")).isEqualTo(new Round(0, 0, 0, 0));
    assertThat(runAt("2026-10-18T23:59:59Z")).isEqualTo(new Round(0, 0, 0, 0));
    assertThat(postbox.sent).isEmpty();
  }

  @Test
  void daysAreThoseOfTheIssuerAlsoWhereItsZoneIsAnOffset() {
    for (String zone : List.of("+09:00", "UTC+9", "Asia/Tokyo")) {
      office.issue(ZoneId.of(zone), "INV-");
      assertThat(runAt("2026-10-18T14:59:59Z")).as(zone).isEqualTo(new Round(0, 0, 0, 0));
    }
    assertThat(runAt("2026-10-18T15:00:00Z")).isEqualTo(new Round(1, 0, 0, 0));
  }

  @Test
  void eachLevelHasOneMailHoweverOftenItIsLookedAt() {
    assertThat(runAt("2026-10-19T00:00:00Z")).isEqualTo(new Round(1, 0, 0, 0));
    assertThat(runAt("2026-10-19T01:00:00Z")).isEqualTo(new Round(0, 0, 0, 0));
    assertThat(runAt("2026-10-30T00:00:00Z")).isEqualTo(new Round(1, 0, 0, 0));
    assertThat(runAt("2026-11-15T00:00:00Z")).isEqualTo(new Round(1, 0, 1, 0));
    assertThat(runAt("2026-12-15T00:00:00Z")).isEqualTo(new Round(0, 0, 0, 0));
    assertThat(levels()).containsExactly(3, 2, 1);
    assertThat(postbox.sent).hasSize(3);
    assertThat(postbox.sent.getFirst())
        .startsWith("accounts@example.com|Payment reminder: invoice INV-2026-000001|"
            + "Dear Example Ltd,")
        .contains("30.00 USD was due on 2026-10-16");
  }

  @Test
  void instancesThatLookAtOnceSendOneMail() throws Exception {
    office.at("2026-10-20T00:00:00Z");
    List<Callable<Round>> rounds = List.of(dunning::run, dunning(postbox)::run, dunning(postbox)::run);
    int reminders = 0;
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (var each : threads.invokeAll(rounds)) {
        reminders += each.get().reminders();
      }
    }
    assertThat(reminders).isEqualTo(1);
    assertThat(postbox.sent).hasSize(1);
  }

  @Test
  void whoeverStartsLateTakesTheHighestLevelAlone() {
    assertThat(runAt("2026-11-20T00:00:00Z")).isEqualTo(new Round(1, 0, 1, 0));
    assertThat(levels()).containsExactly(3);
    assertThat(refused.refused()).containsExactly(tenant);
  }

  @Test
  void aMailThatWasRefusedIsTriedAgainAndOneThatMayHaveLeftIsNot() {
    postbox.failure = new IllegalStateException("550 no such mailbox");
    assertThat(runAt("2026-10-19T00:00:00Z")).isEqualTo(new Round(0, 1, 0, 0));
    assertThat(dunning.of(tenant).getFirst().failure()).contains("550");
    postbox.failure = new Dunning.Mail.UncertainException(new java.net.SocketTimeoutException());
    assertThat(runAt("2026-10-19T01:00:00Z").failed()).isZero();
    assertThat(dunning.of(tenant).getFirst().state()).isEqualTo(State.SENDING);
    postbox.failure = null;
    assertThat(runAt("2026-10-19T02:00:00Z")).isEqualTo(new Round(0, 0, 0, 0));
    assertThat(postbox.sent).isEmpty();
  }

  @Test
  void aTenantIsAcceptedAgainAtOnceWhenAllIsPaidAndNotBefore() {
    runAt("2026-11-15T00:00:00Z");
    assertThat(refused.refused()).containsExactly(tenant);
    pay(1_000);
    assertThat(refused.refused()).containsExactly(tenant);
    pay(2_000);
    assertThat(refused.refused()).isEmpty();
    assertThat(runAt("2026-11-16T00:00:00Z")).isEqualTo(new Round(0, 0, 0, 0));
  }

  private static void recorded(dev.tollgate.billing.Payments.Outcome outcome) {
    assertThat(outcome).isInstanceOf(dev.tollgate.billing.Payments.Outcome.Recorded.class);
  }

  @Test
  void aTenantWhosePaymentIsTakenBackIsRefusedAgainAtOnce() {
    runAt("2026-11-15T00:00:00Z");
    pay(3_000);
    assertThat(refused.refused()).isEmpty();
    recorded(payments.refund(invoice.id(), new Payment("USD", 3_000, "back-1"), "test"));
    assertThat(refused.refused()).containsExactly(tenant);
    assertThat(runAt("2026-11-16T00:00:00Z")).isEqualTo(new Round(0, 0, 0, 0));
  }

  @Test
  void aRoundRefusesWhoeverOwesAgainWithoutAnotherReminder() {
    runAt("2026-11-15T00:00:00Z");
    pay(3_000);
    recorded(new RecordedPayments(office.house.pool).refund(invoice.id(),
        new Payment("USD", 3_000, "back-1"), "test"));
    assertThat(refused.refused()).isEmpty();
    assertThat(runAt("2026-11-16T00:00:00Z")).isEqualTo(new Round(0, 0, 1, 0));
    assertThat(refused.refused()).containsExactly(tenant);
  }

  @Test
  void aPaymentThatIsUnderWayIsWaitedForBeforeAStepIsTaken() throws Exception {
    office.at("2026-11-15T00:00:00Z");
    var transaction = new TransactionTemplate(new JdbcTransactionManager(office.house.pool));
    try (var threads = Executors.newSingleThreadExecutor()) {
      var round = Objects.requireNonNull(transaction.execute(status -> {
        pay(3_000);
        var running = threads.submit(dunning::run);
        await().until(() -> running.isDone() || isSomebodyWaiting());
        return running;
      }));
      assertThat(round.get()).isEqualTo(new Round(0, 0, 0, 0));
    }
    assertThat(postbox.sent).isEmpty();
    assertThat(refused.refused()).isEmpty();
  }

  /** Asks on a connection apart from the transaction that is waited for. */
  private boolean isSomebodyWaiting() throws SQLException {
    try (Connection connection = office.house.pool.getConnection();
        ResultSet waiting = connection.createStatement().executeQuery(
            """
                SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
                """)) {
      return waiting.next() && waiting.getBoolean(1);
    }
  }

  @Test
  void aCreditNoteOverAllOfItLetsTheNextRoundAcceptTheTenant() {
    runAt("2026-11-15T00:00:00Z");
    office.invoices.credit(invoice.id(), 3_000, "Goodwill", "test");
    assertThat(runAt("2026-11-15T01:00:00Z")).isEqualTo(new Round(0, 0, 0, 1));
    assertThat(refused.refused()).isEmpty();
  }

  @Test
  void withoutMailStepsAreTakenSilently() {
    office.at("2026-11-15T00:00:00Z");
    assertThat(dunning(new NoMail()).run()).isEqualTo(new Round(1, 0, 1, 0));
    assertThat(dunning.of(tenant)).extracting(Step::state).containsExactly(State.SILENT);
  }

  @Test
  void aPolicyIsPlannedForADayAndHoldsFromThenOn() {
    office.at("2026-10-16T12:00:00Z");
    var gentle = List.of(new Level(1, 60, "Invoice {number}", "{days} days", false));
    assertThat(dunning.plan(LocalDate.of(2026, 11, 1), gentle)).isEqualTo(Decision.made(gentle));
    assertThat(dunning.plan(LocalDate.of(2026, 11, 1), gentle))
        .isEqualTo(Decision.conflict("from", "must be after that of the last policy, 2026-11-01"));
    assertThat(dunning.plan(LocalDate.of(2026, 10, 15), gentle)).isInstanceOf(Decision.Refused.class);
    var falling = List.of(new Level(1, 5, "s", "b", false), new Level(2, 5, "s", "b", true));
    assertThat(dunning.plan(LocalDate.of(2026, 12, 1), falling)).isInstanceOf(Decision.Refused.class);
    assertThat(dunning.policy(LocalDate.of(2026, 10, 31))).hasSize(3);
    assertThat(runAt("2026-11-20T00:00:00Z")).isEqualTo(new Round(0, 0, 0, 0));
    assertThat(runAt("2026-12-20T00:00:00Z").reminders()).isEqualTo(1);
    assertThat(postbox.sent).containsExactly("accounts@example.com|Invoice INV-2026-000001|65 days");
  }

  /** Who is refused, without a table of tenants. */
  private static final class Refused implements Arrears {

    private final Set<String> tenants = new ConcurrentSkipListSet<>();

    @Override
    public boolean refuse(TenantId tenant) {
      return tenants.add(tenant.toString());
    }

    @Override
    public boolean accept(TenantId tenant) {
      return tenants.remove(tenant.toString());
    }

    @Override
    public List<TenantId> refused() {
      return tenants.stream().map(each -> new TenantId(java.util.UUID.fromString(each))).toList();
    }
  }

  /** Keeps what is sent, or fails. */
  private static final class Postbox implements Dunning.Mail {

    private final List<String> sent = new CopyOnWriteArrayList<>();
    private @Nullable RuntimeException failure;

    @Override
    public boolean isOn() {
      return true;
    }

    @Override
    public void send(String recipient, String subject, String body, InvoiceId invoice) {
      if (failure != null) {
        throw failure;
      }
      sent.add(recipient + "|" + subject + "|" + body);
    }
  }
}
