package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.Openings;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementStore;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/** The database as one machine reaches it. */
final class Connection implements Leases, Openings, SettlementStore, Till {

  private final Machine machine;
  private final Network network;
  private final Platform platform;
  /** Requests that may have a checkpoint in the database, as this process knows. */
  private final Set<RequestId> checkpointed = new HashSet<>();

  Connection(Machine machine, Network network, Platform platform) {
    this.machine = machine;
    this.network = network;
    this.platform = platform;
  }

  @Override
  public long register(UUID instance, Duration timeToLive) {
    return network.call(machine, () -> platform.register(machine, timeToLive));
  }

  @Override
  public boolean renew(long epoch, Duration timeToLive) {
    return network.call(machine, () -> platform.renew(epoch, timeToLive));
  }

  @Override
  public List<Grant> grant(long epoch, long number, List<Ask> asks) {
    return network.callThatMayActLate(machine, () -> platform.grant(epoch, number, asks));
  }

  @Override
  public void giveBack(long epoch, long number, List<Share> shares, long answering) {
    network.callThatMayActLate(machine, () -> {
      platform.giveBack(epoch, number, shares, answering);
      return true;
    });
  }

  @Override
  public List<Standing> supersede(long epoch, long number, List<Long> accounts) {
    return network.callThatMayActLate(machine, () -> platform.database().supersede(epoch, number, accounts));
  }

  @Override
  public long recall(TenantId tenant) {
    return network.call(machine, () -> platform.recall(tenant));
  }

  @Override
  public List<Recall> recallOverleased(long epoch) {
    return network.call(machine, () -> platform.database().recallOverleased(epoch));
  }

  @Override
  public void retire(long epoch) {
    network.call(machine, () -> {
      platform.database().retire(epoch);
      return true;
    });
  }

  @Override
  public List<Long> reclaim(Duration margin) {
    return network.call(machine, () -> platform.reclaim(margin));
  }

  @Override
  public Opened open(TenantId tenant, String currency, Allowance allowance, Instant at) {
    Instant now = machine.clock().instant();
    return network.call(machine, () -> platform.open(tenant, currency, allowance, at, now));
  }

  @Override
  public Optional<Purchase> sell(TenantId tenant, Function<Receipts, Optional<Purchase>> sale) {
    return network.call(machine, () -> platform.sell(tenant, sale));
  }

  /** Pays money in. */
  void topUp(TenantId tenant, String currency, long amount, String reference) {
    network.call(machine, () -> {
      platform.topUp(tenant, currency, amount, reference);
      return true;
    });
  }

  @Override
  public void checkpoint(List<Settlement> soFar) throws WriteException {
    soFar.forEach(settlement -> checkpointed.add(settlement.id()));
    try {
      network.call(machine, () -> platform.checkpoint(soFar));
    } catch (DataAccessResourceFailureException e) {
      throw new FaultException(e);
    }
  }

  @Override
  public List<Result> write(UUID batch, List<Settlement> settlements) throws WriteException {
    try {
      List<Result> results = network.call(machine,
          () -> platform.settle(batch, settlements, checkpointed::contains));
      settlements.forEach(settlement -> checkpointed.remove(settlement.id()));
      return results;
    } catch (DataAccessResourceFailureException e) {
      throw new FaultException(e);
    } catch (DataIntegrityViolationException | ArithmeticException e) {
      throw new RefusedException(e);
    }
  }
}
