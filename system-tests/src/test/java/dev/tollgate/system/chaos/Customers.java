package dev.tollgate.system.chaos;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.budgets.MonthlyBudgets;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.packs.PrepaidPacks;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import dev.tollgate.tenants.TenantsConfiguration;
import java.math.BigInteger;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionException;

/** Makes tenants and sells to them, as the operator would. */
final class Customers {

  static final String PEPPER = "Y2hhb3MtcGVwcGVyLWNoYW9zLXBlcHBlci1jaGFvcy0=";
  static final long USD = 1_000_000_000_000L;

  private final PostgresServer server;
  private final DriverManagerDataSource database;
  private final Contracts contracts;
  private final ContractFunding funding;
  private final Packs packs;
  private final Budgets budgets;

  Customers(PostgresServer server) {
    this.server = server;
    database = new DriverManagerDataSource(server.url(), PostgresServer.USER, "");
    contracts = new Contracts(database);
    var catalogue = new Catalogue(database);
    catalogue.refresh();
    funding = new ContractFunding(database, contracts, catalogue, new Accounts(database, Clock.systemUTC()),
        Clock.systemUTC());
    packs = new PrepaidPacks(database, contracts, new Checkout(Till.inDatabase(database),
        Leases.inDatabase(database), Scheduling.onThreads(System::nanoTime)), Clock.systemUTC());
    budgets = new MonthlyBudgets(database, contracts, Clock.systemUTC());
  }

  /**
   * A customer to be.
   *
   * @param isShort whether its funds may end
   */
  record Order(String name, long freeTokens, boolean isShort) {}

  /** Creates customers, each with a contract and a key that every gateway knows a moment later. */
  List<Customer> create(List<Order> orders) {
    try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Registry.class)
        .web(WebApplicationType.NONE)
        .properties("spring.datasource.url=" + server.url(),
            "spring.datasource.username=" + PostgresServer.USER,
            "spring.main.banner-mode=off", "spring.flyway.enabled=false", "logging.level.root=warn",
            "tollgate.tenants.key-pepper=" + PEPPER)
        .run()) {
      return orders.stream().map(order -> create(context, order)).toList();
    }
  }

  private Customer create(ConfigurableApplicationContext context, Order order) {
    Tenant tenant = context.getBean(Tenants.class).create(order.name() + "-" + UUID.randomUUID(),
        order.name());
    JdbcClient.create(database).sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (?, 'pay-as-you-go', 'USD', 'UTC', ?, tstzrange(now() - interval '1 minute', NULL))
        """).params(tenant.id().value(), order.freeTokens()).update();
    contracts.refresh(tenant.id());
    Project project = context.getBean(Projects.class).create(tenant.id(), "default");
    String secret = context.getBean(ApiKeys.class).issue(tenant.id(), project.id(), "chaos",
        EnumSet.allOf(Scope.class), null).secret();
    return new Customer(order.name(), tenant.id(), secret, order.isShort());
  }

  /** Pays in, once, however often it must be tried while the database is away. */
  void topUp(Customer customer, long pico) throws InterruptedException {
    String reference = UUID.randomUUID().toString();
    while (true) {
      try {
        funding.topUp(customer.tenant(), "USD", pico, reference);
        customer.paid(pico);
        return;
      } catch (DataAccessException | TransactionException e) {
        Thread.sleep(100);
      }
    }
  }

  void buyPack(Customer customer, long packTokens) {
    var bought = packs.buy(customer.tenant(),
        new Packs.Order(new Packs.Size.Tokens(packTokens), "USD", Payment.RECORDED, "chaos"));
    if (!(bought instanceof Packs.Purchase.Bought)) {
      throw new IllegalStateException("The pack was not sold: " + bought);
    }
  }

  /** Caps what the customer may spend this month: that much of its money, and no more, is certainly to be had. */
  void cap(Customer customer, long pico) {
    var change = budgets.set(customer.tenant(), new Subject.OfTenant(),
        new Money("USD", BigInteger.valueOf(pico)));
    if (!(change instanceof Budgets.Change.Changed)) {
      throw new IllegalStateException("The budget was not set: " + change);
    }
    customer.payments().clear();
    customer.paid(pico);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(TenantsConfiguration.class)
  static class Registry {

    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }
  }
}
