package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.catalog.CatalogueModel.Version;
import dev.tollgate.billing.contracts.BillingMonth;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** The tenants, their contracts and their money. Three are always about to run out of funds, one never is. */
final class Tenants {

  private static final String USD = "USD";
  private static final long TOKEN_PICO = 6_000_000;
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<TenantId> ALL = List.of(new TenantId(new UUID(1, 0)),
      new TenantId(new UUID(1, 1)), new TenantId(new UUID(1, 2)), new TenantId(new UUID(1, 3)));

  private final World world;
  private final SplittableRandom random;
  private long contracts;

  Tenants(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /** One of a tenant's projects and keys. */
  static Payer payer(TenantId tenant, int project, int key) {
    long of = tenant.value().getLeastSignificantBits();
    return new Payer(tenant, new ProjectId(new UUID(2 + project, of)), new ApiKeyId(new UUID(4 + key, of)));
  }

  int numberOf(TenantId tenant) {
    return ALL.indexOf(tenant);
  }

  TenantId any() {
    return ALL.get(random.nextInt(ALL.size()));
  }

  void begin() {
    world.platform().publish(new Version(Long.MIN_VALUE, 3_000_000, 300_000, TOKEN_PICO));
    for (TenantId tenant : ALL) {
      long credit = tenant.equals(ALL.get(1)) ? random.nextLong(3_000) * TOKEN_PICO : 0;
      long free = tenant.equals(ALL.get(2)) ? random.nextLong(1, 2_000) : 0;
      world.platform().agree(tenant, List.of(contract(tenant, 0, credit, free, LONG_AGO)));
    }
    world.customers().begin(ALL.get(0), random.nextLong(1, 6_000) * TOKEN_PICO);
    world.customers().begin(ALL.get(3), 10_000_000 * TOKEN_PICO);
  }

  /** Whoever can afford it buys a first pack. */
  void stockUp() {
    buyPack(ALL.get(3));
  }

  private Contract contract(TenantId tenant, int discount, long credit, long free, Instant from) {
    var contract = new Contract(++contracts, tenant, "any", USD, ZoneOffset.UTC, discount,
        BigInteger.valueOf(credit), free, 0, from, Instant.MAX, true, 0);
    world.bills().agreed(contract);
    return contract;
  }

  private Contract present(TenantId tenant) {
    return world.platform().contractsOf(tenant).getLast();
  }

  void topUpALittle(TenantId tenant) {
    world.customers().payIn(tenant, random.nextLong(1, 2_000) * TOKEN_PICO);
  }

  /** Buys a pack that is valid for some seconds, out of the balance. */
  void buyPack(TenantId tenant) {
    world.customers().buyPack(tenant, random.nextLong(1, 2_000), random.nextLong(3, 30));
  }

  /** A tenant's funds are others than before. */
  void fundsChanged(TenantId tenant) {
    change(tenant, present(tenant).packsFallThrough(), present(tenant).fundsRevision() + 1);
  }

  /** Sets a budget of a tenant, a project or a key, or removes it. */
  void changeBudget(TenantId tenant) {
    Payer payer = payer(tenant, random.nextInt(2), random.nextInt(2));
    BudgetSubject subject = BudgetModel.subjectsOf(payer).get(random.nextInt(3));
    Instant now = world.instant();
    if (random.nextInt(4) == 0) {
      world.platform().database().budgets().remove(tenant, subject);
    } else {
      long cap = random.nextLong(1, 3_000) * TOKEN_PICO;
      BillingMonth month = BillingMonth.at(now, ZoneOffset.UTC);
      world.platform().database().budgets().set(tenant, subject, USD, cap, month.from(), month.until(), now);
    }
    world.trace().note("tenant %d changes the budget of a " + subject.kind(), world.schedule().now(),
        numberOf(tenant));
    fundsChanged(tenant);
    world.platform().recall(tenant);
  }

  void flipFallThrough(TenantId tenant) {
    change(tenant, !present(tenant).packsFallThrough(), present(tenant).fundsRevision());
  }

  private void change(TenantId tenant, boolean fallThrough, long revision) {
    var changed = new ArrayList<Contract>();
    for (Contract old : world.platform().contractsOf(tenant)) {
      changed.add(with(old, old.until(), fallThrough, revision));
    }
    agree(tenant, changed);
  }

  /** Another discount, credit limit and allowance from a moment on. */
  void changeContract(TenantId tenant) {
    world.trace().note("tenant %d has another contract", world.schedule().now(), numberOf(tenant));
    Contract old = present(tenant);
    Instant from = world.instant().plusMillis(random.nextLong(1_000));
    if (!old.from().isBefore(from)) {
      return;
    }
    Contract fresh = contract(tenant, random.nextInt(3) * 1_000, random.nextLong(2_000) * TOKEN_PICO,
        random.nextBoolean() ? random.nextLong(1_000) : 0, from);
    var all = new ArrayList<>(world.platform().contractsOf(tenant));
    all.set(all.size() - 1, with(old, from, old.packsFallThrough(), old.fundsRevision()));
    all.add(with(fresh, Instant.MAX, old.packsFallThrough(), old.fundsRevision()));
    agree(tenant, all);
  }

  private static Contract with(Contract old, Instant until, boolean fallThrough, long revision) {
    return new Contract(old.id(), old.tenant(), old.plan(), old.currency(), old.zone(),
        old.discountBasisPoints(), old.creditLimit(), old.freeTokensPerMonth(),
        old.committedTokensPerMonth(), old.from(), until, fallThrough, revision);
  }

  private void agree(TenantId tenant, List<Contract> all) {
    world.refusals().changed(tenant);
    world.platform().agree(tenant, all);
  }

  /** Another list, in force now or soon. */
  void changePrices() {
    long factor = random.nextLong(1, 4);
    long from = world.instant().plusMillis(random.nextLong(3_000)).toEpochMilli();
    if (world.platform().prices().getLast().fromMillis() < from) {
      world.trace().note("prices are %d-fold", world.schedule().now(), factor);
      ALL.forEach(world.refusals()::changed);
      world.platform().publish(new Version(from, 1_500_000 * factor, 150_000 * factor,
          random.nextLong(1, 4) * 1_500_000 * factor));
    }
  }
}
