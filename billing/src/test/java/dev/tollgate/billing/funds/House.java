package dev.tollgate.billing.funds;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.budgets.MonthlyBudgets;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.ledger.Poster;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.packs.PrepaidPacks;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.billing.settlement.SettlementStore;
import dev.tollgate.billing.settlement.SettlementWriters;
import dev.tollgate.billing.statements.DailyUsageReports;
import dev.tollgate.billing.statements.TenantBalances;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One database and the gateway instances on it, for tests. */
public final class House implements AutoCloseable {

  public static final FundsSettings QUICK = new FundsSettings(Duration.ofSeconds(10), Duration.ofSeconds(2),
      Duration.ofMillis(2_000), Duration.ofMillis(20), 10, 10, 10_000, Duration.ofSeconds(20));

  public final TestPostgres.Database database = TestPostgres.migrated();
  public final HikariDataSource pool = database.pool(12);
  public final JdbcClient jdbc = JdbcClient.create(pool);
  public final VirtualTime time = new VirtualTime(Instant.parse("2026-11-15T12:00:00Z"));
  public final Catalogue catalogue = new Catalogue(pool);
  public final Contracts contracts = new Contracts(pool);
  public final Accounts accounts = new Accounts(pool, time.clock());
  public final ContractFunding funding = new ContractFunding(pool, contracts, catalogue, accounts,
      time.clock());
  public final PrepaidPacks packs = new PrepaidPacks(pool, contracts,
      new Checkout(Till.inDatabase(pool), Leases.inDatabase(pool), Scheduling.onThreads(System::nanoTime)),
      time.clock());
  public final ContractCommitments commitments = new ContractCommitments(pool, contracts, catalogue);
  public final MonthlyBudgets budgets = new MonthlyBudgets(pool, contracts, time.clock());
  public final TenantBalances balances = new TenantBalances(pool, contracts, time.clock());
  public final DailyUsageReports reports = new DailyUsageReports(pool);
  public final Reconciliation reconciliation = new Reconciliation(pool);
  private final List<Instance> instances = new CopyOnWriteArrayList<>();
  private final List<HikariDataSource> pools = new ArrayList<>();
  private volatile boolean closed;

  public House() {
    catalogue.refresh();
    contracts.refresh();
    var listening = new CompletableFuture<Void>();
    Thread.ofVirtual().start(() -> relayRecalls(listening));
    // Or the first recall of a test would be made before anyone hears it.
    listening.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** A gateway instance that beats and ticks by itself. */
  public Instance instance() {
    Instance instance = quietInstance(QUICK);
    instance.funds.start();
    instance.poster.start();
    return instance;
  }

  /** An instance whose heartbeat and ticks the test drives. It posts nothing by itself before it ends. */
  public Instance quietInstance(FundsSettings settings) {
    return quietInstance(settings, own -> own);
  }

  /** One with something between its settlement writer and the database. */
  public Instance quietInstance(FundsSettings settings, UnaryOperator<DataSource> fault) {
    HikariDataSource own = ownPool();
    var instance = new Instance(this, own, fault.apply(own), settings, SettlementJournal.none());
    instances.add(instance);
    return instance;
  }

  /** One with a journal, for whose leases too the database can be away. */
  public Instance quietInstance(FundsSettings settings, UnaryOperator<DataSource> fault,
      SettlementJournal journal) {
    DataSource own = fault.apply(ownPool());
    var instance = new Instance(this, own, own, settings, journal);
    instances.add(instance);
    return instance;
  }

  private HikariDataSource ownPool() {
    HikariDataSource own = database.pool(6);
    pools.add(own);
    return own;
  }

  public TenantId payAsYouGo(long creditLimitPico) {
    return payAsYouGo(creditLimitPico, ZoneOffset.UTC);
  }

  public TenantId payAsYouGo(long creditLimitPico, ZoneId zone) {
    var tenant = new TenantId(UUID.randomUUID());
    funding.payAsYouGo(tenant, "USD", zone, creditLimitPico, Instant.parse("2026-01-01T00:00:00Z"));
    return tenant;
  }

  /** A tenant without any free allowance. */
  public TenantId paying(long balancePico) {
    var tenant = new TenantId(UUID.randomUUID());
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (:tenant, 'pay-as-you-go', 'USD', 'UTC', 0, '[2026-01-01,)')
        """).param("tenant", tenant.value()).update();
    contracts.refresh(tenant);
    if (balancePico > 0) {
      funding.topUp(tenant, "USD", balancePico, "first");
    }
    return tenant;
  }

  public BigInteger balance(TenantId tenant) {
    return balances.of(tenant).balance().pico();
  }

  public BigInteger loss(TenantId tenant, String unit) {
    return jdbc
        .sql(
            """
                SELECT COALESCE(sum(t.amount), 0) FROM billing.account a JOIN billing.transfer t ON t.debit_account = a.id
                WHERE a.tenant_id = :tenant AND a.kind = 'LOSS' AND a.unit = :unit
                """)
        .param("tenant", tenant.value()).param("unit", unit).query(BigDecimal.class).single()
        .toBigIntegerExact();
  }

  public BigInteger leased(TenantId tenant) {
    return jdbc.sql("SELECT COALESCE(sum(leased), 0) FROM billing.fund WHERE tenant_id = :tenant")
        .param("tenant", tenant.value()).query(BigDecimal.class).single().toBigIntegerExact();
  }

  public long usageRows(TenantId tenant) {
    return jdbc.sql("SELECT count(*) FROM billing.usage WHERE tenant_id = :tenant")
        .param("tenant", tenant.value()).query(Long.class).single();
  }

  public static Money usd(BigInteger pico) {
    return new Money("USD", pico);
  }

  /** Lets the database see an instance as silent for longer than it may be. */
  public void silence(Instance instance) {
    jdbc.sql("UPDATE billing.instance SET expires_at = expires_at - interval '1 minute' WHERE id = :id")
        .param("id", instance.id).update();
  }

  private void relayRecalls(CompletableFuture<Void> listening) {
    try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
        database.password()); var statement = connection.createStatement()) {
      statement.execute("LISTEN tollgate_changes");
      listening.complete(null);
      PGConnection announcements = connection.unwrap(PGConnection.class);
      while (!closed) {
        for (PGNotification notification : announcements.getNotifications(20)) {
          if (notification.getParameter().startsWith("recall:")) {
            String recall = notification.getParameter().substring("recall:".length());
            instances.stream().filter(instance -> !instance.deaf)
                .forEach(instance -> instance.funds.recalled(recall));
          }
        }
      }
    } catch (SQLException e) {
      if (closed) {
        return;
      }
      throw new IllegalStateException("Recalls are not relayed", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    instances.forEach(Instance::shutDown);
    pools.forEach(HikariDataSource::close);
    pool.close();
    database.drop();
  }

  /** One gateway instance. */
  public static final class Instance {

    public final UUID id = UUID.randomUUID();
    public final Funds funds;
    public final SettlementWriters settlements;
    public final Poster poster;
    private final House house;
    private boolean gone;
    private volatile boolean deaf;

    Instance(House house, DataSource own, DataSource ofSettlement, FundsSettings settings,
        SettlementJournal journal) {
      this.house = house;
      settlements = new SettlementWriters(SettlementStore.inDatabase(ofSettlement),
          Scheduling.onThreads(System::nanoTime), journal, 2, 500);
      funds = new Funds(id, Leases.inDatabase(own), new Accounts(own, house.time.clock()), house.catalogue,
          house.contracts,
          settlements,
          settings,
          house.time.clock(), Scheduling.onThreads(house.time::nanos));
      poster = new Poster(own, Scheduling.onThreads(System::nanoTime), Duration.ZERO, Duration.ofMillis(50));
      settlements.start();
    }

    /** One heartbeat. */
    public void beat() {
      funds.beat();
    }

    /** Hears no recall from now on. */
    public void goDeaf() {
      deaf = true;
    }

    /** Stops without telling anyone: no heartbeat, no return of leases. */
    public void crash() {
      gone = true;
      poster.stop();
      funds.stopTimers();
    }

    public void shutDown() {
      if (!gone) {
        gone = true;
        settlements.stop(Duration.ofSeconds(5));
        poster.stop();
        funds.stop();
      }
    }

    /** A request of a tenant that arrives now. */
    public Request request(TenantId tenant) {
      return new Request(this, tenant, house.time.clock());
    }
  }
}
