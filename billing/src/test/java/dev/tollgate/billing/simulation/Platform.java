package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.catalog.CatalogueModel.Version;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.packs.Till.Receipts;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** All that is in the database of the simulation, and its announcements. */
final class Platform {

  private final DatabaseModel database;
  private final SettlementModel settlement;
  private final TillModel till;
  private final Reference reference;
  private final Consumer<String> messages;
  private final Map<TenantId, List<Contract>> contracts = new LinkedHashMap<>();
  private final List<Version> prices = new ArrayList<>();
  private final Map<Long, Registration> registrations = new LinkedHashMap<>();
  private final Schedule schedule;
  private final Trace trace;

  /**
   * The database of a world.
   *
   * @param messages hears what it announces
   * @param dealt hears which tenants it sold packs to; it is to have their funds looked up again
   */
  Platform(Schedule schedule, Trace trace, Reference reference, Consumer<String> messages,
      Consumer<TenantId> dealt) {
    this.schedule = schedule;
    this.trace = trace;
    this.reference = reference;
    this.messages = messages;
    this.database = new DatabaseModel(schedule::now, this::contractsOf);
    this.settlement = new SettlementModel(database.books(), reference::drawnLate);
    this.till = new TillModel(database, dealt);
    database.beforeEnd(this::interrupt);
  }

  /** One life of an instance as the database knows it. */
  static final class Registration {

    final Machine machine;
    final Duration timeToLive;
    private long renewedAt;

    Registration(Machine machine, Duration timeToLive, long renewedAt) {
      this.machine = machine;
      this.timeToLive = timeToLive;
      this.renewedAt = renewedAt;
    }

    long renewedAt() {
      return renewedAt;
    }
  }

  DatabaseModel database() {
    return database;
  }

  Books books() {
    return database.books();
  }

  Map<Long, Registration> registrations() {
    return registrations;
  }

  Registration registration(long epoch) {
    return Objects.requireNonNull(registrations.get(epoch));
  }

  void announce(String message) {
    messages.accept(message);
  }

  long register(Machine machine, Duration timeToLive) {
    long epoch = database.register(timeToLive);
    registrations.put(epoch, new Registration(machine, timeToLive, schedule.now()));
    return epoch;
  }

  boolean renew(long epoch, Duration timeToLive) {
    boolean renewed = database.renew(epoch, timeToLive);
    if (renewed) {
      registration(epoch).renewedAt = schedule.now();
    }
    return renewed;
  }

  List<Grant> grant(long epoch, long number, List<Ask> asks) {
    List<Grant> grants = database.grant(epoch, number, asks);
    for (Grant grant : grants) {
      trace.note("epoch %d is granted %d of account %d, exhausted %d", schedule.now(), epoch, grant.granted(),
          grant.account(), grant.exhausted() ? 1 : 0);
    }
    return grants;
  }

  void giveBack(long epoch, long number, List<Share> shares, long answering) {
    database.giveBack(epoch, number, shares, answering);
    for (Share share : shares) {
      trace.note("epoch %d gives back %d of account %d, answering recall %d", schedule.now(), epoch,
          share.amount(), share.account(), answering);
    }
  }

  long recall(TenantId tenant) {
    long number = database.recall();
    announce("recall:" + tenant + " " + number);
    return number;
  }

  /** @param now by the clock of the machine that opens */
  Opened open(TenantId tenant, String currency, Allowance allowance, Instant at, Instant now) {
    Opened opened = database.open(tenant, currency, allowance, at, now);
    trace.note("%d funds and %d budgets are open, the last fund is account %d", schedule.now(),
        opened.funds().size(), opened.budgets().size(), opened.funds().getLast().account());
    return opened;
  }

  Optional<Purchase> sell(TenantId tenant, Function<Receipts, Optional<Purchase>> sale) {
    Optional<Purchase> purchase = till.sell(tenant, sale);
    reference.dealt(tenant);
    return purchase;
  }

  void topUp(TenantId tenant, String currency, long amount, String reference) {
    database.topUp(tenant, currency, amount, reference);
    this.reference.dealt(tenant);
  }

  List<Long> reclaim(Duration margin) {
    List<Long> ended = database.reclaim(margin);
    ended.forEach(epoch -> reference.reclaimed(registration(epoch)));
    return ended;
  }

  List<Result> settle(UUID batch, List<Settlement> settlements, Predicate<RequestId> knows) {
    List<Result> results = settlement.write(batch, settlements, knows);
    reference.settled(batch, settlements);
    return results;
  }

  boolean checkpoint(List<Settlement> soFar) {
    settlement.checkpoint(soFar);
    return true;
  }

  private void interrupt(long epoch) {
    List<Settlement> interrupted = settlement.interrupt(epoch, new UUID(5, epoch));
    trace.note("epoch %d ends with %d checkpoints", schedule.now(), epoch, interrupted.size());
    reference.settled(new UUID(5, epoch), interrupted);
  }

  Map<TenantId, List<Contract>> contracts() {
    var copy = new LinkedHashMap<TenantId, List<Contract>>();
    contracts.forEach((tenant, all) -> copy.put(tenant, List.copyOf(all)));
    return copy;
  }

  List<Contract> contractsOf(TenantId tenant) {
    return contracts.computeIfAbsent(tenant, none -> new ArrayList<>());
  }

  /** Puts other contracts in the place of a tenant's and says so. */
  void agree(TenantId tenant, List<Contract> all) {
    contracts.put(tenant, new ArrayList<>(all));
    announce("contracts:" + tenant);
  }

  List<Version> prices() {
    return List.copyOf(prices);
  }

  void publish(Version version) {
    prices.add(version);
    announce("prices:");
  }
}
