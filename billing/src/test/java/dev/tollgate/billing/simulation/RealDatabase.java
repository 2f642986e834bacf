package dev.tollgate.billing.simulation;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.BudgetAccounts;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.ledger.PackAccounts;
import dev.tollgate.billing.ledger.Poster;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementStore;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.settlement.SettlementStore.WriteException;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** PostgreSQL beside the model: its transactions, and which of its accounts and epochs are which of the model's. */
final class RealDatabase {

  private final Leases leases;
  private final Accounts accounts;
  private final PackAccounts packs;
  private final Till till;
  private final BudgetAccounts budgets;
  private final SettlementStore settlements;
  private final Reconciliation reconciliation;
  private final JdbcClient jdbc;
  private final Poster poster;
  private final Map<Long, Long> realOf = new HashMap<>();
  private final Map<Long, Long> modelOf = new HashMap<>();
  private final Map<Long, Long> epochs = new HashMap<>();
  private final Map<Long, Long> modelEpochs = new HashMap<>();
  private Instant now = Instant.MIN;

  RealDatabase(DataSource database) {
    leases = Leases.inDatabase(database);
    accounts = new Accounts(database, new MovableClock());
    packs = new PackAccounts(database);
    budgets = new BudgetAccounts(database);
    settlements = SettlementStore.inDatabase(database);
    reconciliation = new Reconciliation(database);
    jdbc = JdbcClient.create(database);
    till = Till.inDatabase(database);
    poster = new Poster(database, Scheduling.onThreads(System::nanoTime), Duration.ZERO, Duration.ofHours(1));
  }

  /** What a tenant may spend at an instant, asked of both. */
  record Opening(TenantId tenant, Allowance allowance, Instant at) {

    Opened in(Accounts accounts) {
      return accounts.open(tenant, "USD", allowance, at);
    }
  }

  /** By the clock that says which contract is in force. */
  Instant now() {
    return now;
  }

  void moveTo(Instant instant) {
    now = instant;
  }

  void agree(Contract contract) {
    jdbc.sql(
        """
            INSERT INTO billing.contract (tenant_id, plan, currency, zone, credit_limit, free_tokens_per_month, effective)
            VALUES (:tenant, 'pay-as-you-go', :currency, 'UTC', :limit, 0, tstzrange(:from, :until))
            """)
        .param("tenant", contract.tenant().value()).param("currency", contract.currency())
        .param("limit", contract.creditLimit()).param("from", contract.from().atOffset(ZoneOffset.UTC))
        .param("until", contract.until().atOffset(ZoneOffset.UTC)).update();
  }

  void limitCredit(Contract contract) {
    jdbc.sql(
        """
            UPDATE billing.contract SET credit_limit = :limit WHERE tenant_id = :tenant AND lower(effective) = :from
            """)
        .param("tenant", contract.tenant().value()).param("limit", contract.creditLimit())
        .param("from", contract.from().atOffset(ZoneOffset.UTC)).update();
  }

  /** Posts all that usage drew and funds and leases do not show yet. */
  void post() {
    poster.post();
  }

  List<Standing> supersede(long modelEpoch, long number, List<Long> modelAccounts) {
    return leases.supersede(epoch(modelEpoch), number, modelAccounts.stream().map(this::account).toList())
        .stream().map(standing -> new Standing(modelAccount(standing.account()), standing.supplied(),
            standing.leased()))
        .toList();
  }

  Leases leases() {
    return leases;
  }

  Accounts accounts() {
    return accounts;
  }

  PackAccounts packs() {
    return packs;
  }

  Till till() {
    return till;
  }

  SettlementStore settlements() {
    return settlements;
  }

  /** What does not agree. */
  List<Reconciliation.Difference> differences() {
    return reconciliation.differences();
  }

  /** The account of a pack that was sold. */
  Optional<Long> packAccount(TenantId tenant, String reference) {
    return jdbc
        .sql("SELECT account_id FROM billing.pack WHERE tenant_id = :tenant AND reference = :reference")
        .param("tenant", tenant.value()).param("reference", reference).query(Long.class).optional();
  }

  boolean knows(long real) {
    return modelOf.containsKey(real);
  }

  void meet(long realEpoch, long modelEpoch) {
    epochs.put(modelEpoch, realEpoch);
    modelEpochs.put(realEpoch, modelEpoch);
  }

  void meetAccount(long real, long model) {
    realOf.put(model, real);
    modelOf.put(real, model);
  }

  /** The same accounts in the same order. */
  void meet(Opened real, Opened model) {
    if (real.funds().size() != model.funds().size() || real.budgets().size() != model.budgets().size()
        || real.overleased() != model.overleased()) {
      throw new AssertionError("PostgreSQL opens " + real + ", the model " + model);
    }
    for (int i = 0; i < real.funds().size(); i++) {
      meetAccount(real.funds().get(i).account(), model.funds().get(i).account());
    }
    for (var budget : model.budgets()) {
      meetAccount(
          real.budgets().stream().filter(other -> other.subject().equals(budget.subject())).findFirst()
              .orElseThrow().account(),
          budget.account());
    }
  }

  long epoch(long model) {
    return Objects.requireNonNull(epochs.get(model));
  }

  int epochs() {
    return epochs.size();
  }

  void setBudget(TenantId tenant, BudgetSubject subject, long cap, Instant from, Instant until, Instant at) {
    boolean wasSet = budgets.isSet(tenant, subject, "USD");
    jdbc.sql(
        """
            INSERT INTO billing.budget (tenant_id, subject, currency, cap_pico) VALUES (:tenant, :subject, 'USD', :cap)
            ON CONFLICT (tenant_id, subject) DO UPDATE SET cap_pico = excluded.cap_pico
            """)
        .param("tenant", tenant.value()).param("subject", subject.text()).param("cap", cap).update();
    budgets.openAndCount(tenant, subject, "USD", wasSet, from, until, at);
    budgets.limit(tenant, subject, "USD", BigInteger.valueOf(cap), at);
  }

  void removeBudget(TenantId tenant, BudgetSubject subject) {
    jdbc.sql("DELETE FROM billing.budget WHERE tenant_id = :tenant AND subject = :subject")
        .param("tenant", tenant.value()).param("subject", subject.text()).update();
  }

  long modelEpoch(long real) {
    return Objects.requireNonNull(modelEpochs.get(real));
  }

  long account(long model) {
    return Objects.requireNonNull(realOf.get(model));
  }

  long modelAccount(long real) {
    return Objects.requireNonNull(modelOf.get(real));
  }

  List<Ask> asks(List<Ask> model) {
    return model.stream().map(ask -> new Ask(account(ask.account()), ask.need(), ask.ahead())).toList();
  }

  List<Share> shares(List<Share> model) {
    return model.stream().map(share -> new Share(account(share.account()), share.amount())).toList();
  }

  /** Settles a batch of the model's, and tells in its numbers how that went. */
  List<Result> settle(UUID batch, List<Settlement> model) throws WriteException {
    return settlements.write(batch, settlements(model)).stream()
        .map(result -> new Result(result.receipt(), Bill.of(result.drawn().lines().stream()
            .map(line -> line(line, modelAccount(line.account()))).toList())))
        .toList();
  }

  List<Settlement> settlements(List<Settlement> model) {
    return model.stream()
        .map(each -> new Settlement(each.id(), each.payer(), each.contract(), each.currency(), each.model(),
            each.region(), each.arrivedAt(), epoch(each.epoch()), each.consumption(),
            new Bill(each.bill().lines().stream().map(line -> line(line, account(line.account()))).toList(),
                each.bill().amountPico(),
                each.bill().freeTokens(), each.bill().packMillitokens()),
            each.budgets().stream().map(this::account).toList()))
        .toList();
  }

  private static Line line(Line line, long account) {
    return new Line(line.tokenClass(), account, line.kind(), line.tokens(), line.priceRow(),
        line.unitPrice(), line.amount());
  }

  /** Funds, leases and transfers, in the words of {@code DatabaseModelContractTest}. */
  Map<String, String> state() {
    var state = new TreeMap<String, String>();
    jdbc.sql(
        """
            SELECT account_id, balance - billing.pending(account_id) AS balance,
              leased - billing.pending(account_id) AS leased, credit_limit, NULLIF(valid_from, '-infinity') AS valid_from,
              NULLIF(valid_until, 'infinity') AS valid_until
            FROM billing.fund
            """)
        .query(row -> {
          state.put("fund " + modelAccount(row.getLong("account_id")),
              row.getBigDecimal("balance") + " " + row.getBigDecimal("leased") + " "
                  + row.getBigDecimal("credit_limit") + " " + at(row.getTimestamp("valid_from"), Instant.MIN)
                  + " "
                  + at(row.getTimestamp("valid_until"), Instant.MAX));
        });
    jdbc.sql("SELECT epoch, account_id, granted - billing.pending(account_id, epoch) FROM billing.lease")
        .query(row -> {
          state.put("lease " + modelEpoch(row.getLong(1)) + " " + modelAccount(row.getLong(2)),
              row.getBigDecimal(3).toString());
        });
    jdbc.sql("""
        SELECT reason, sum(amount) FROM (
          SELECT reason, amount FROM billing.transfer
          UNION ALL
          SELECT 'USAGE', unnest(amounts) FROM billing.posting) moved
        GROUP BY reason
        """).query(row -> {
      state.put("transfers " + row.getString(1), row.getBigDecimal(2).toString());
    });
    state.put("usage", jdbc.sql("SELECT request_id FROM billing.usage").query(UUID.class).list().stream()
        .sorted().toList().toString());
    return state;
  }

  private final class MovableClock extends Clock {

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private static Instant at(@Nullable Timestamp timestamp, Instant otherwise) {
    return timestamp == null ? otherwise : timestamp.toInstant();
  }
}
