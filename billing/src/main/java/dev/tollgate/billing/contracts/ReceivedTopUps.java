package dev.tollgate.billing.contracts;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Funding;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.TopUps;
import dev.tollgate.billing.ledger.TopUpTransfers;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Top-ups as they stand in the ledger. */
public final class ReceivedTopUps implements TopUps {

  private static final int LONGEST_REFERENCE = 100;
  private static final BigInteger WHOLE = BigInteger.TEN.pow(12);

  private final Funding funding;
  private final Contracts contracts;
  private final TopUpTransfers transfers;
  private final Clock clock;

  public ReceivedTopUps(DataSource database, Funding funding, Contracts contracts, Clock clock) {
    this.funding = funding;
    this.contracts = contracts;
    this.transfers = new TopUpTransfers(database);
    this.clock = clock;
  }

  @Override
  public Decision<Received> receive(TenantId tenant, String currency, BigInteger amountPico,
      String reference) {
    if (amountPico.signum() < 1) {
      return Decision.refused("amount", "must be more than zero");
    }
    if (amountPico.compareTo(Money.MOST_AT_ONCE) > 0) {
      return Decision.refused("amount", "must be at most " + Money.MOST_AT_ONCE.divide(WHOLE));
    }
    if (reference.isBlank() || reference.length() > LONGEST_REFERENCE) {
      return Decision.refused("reference", "must have 1 to " + LONGEST_REFERENCE + " characters");
    }
    Contract contract = contracts.inForce(tenant, clock.instant());
    if (contract == null) {
      return Decision.conflict("tenant", "must have a contract in force");
    }
    if (!contract.currency().equals(currency)) {
      return Decision.refused("currency", "must be that of the contract, " + contract.currency());
    }
    Optional<TopUp> earlier = transfers.find(tenant, currency, reference);
    if (earlier.isPresent()
        && !earlier.get().amount().pico().equals(amountPico)) {
      return Decision.conflict("reference", "must not have been used for another amount");
    }
    // Idempotent where two arrive at once: the second finds what the first one posted.
    boolean first = funding.topUp(tenant, currency, amountPico, reference);
    return Decision.made(new Received(transfers.find(tenant, currency, reference).orElseThrow(), first));
  }

  @Override
  public List<TopUp> of(TenantId tenant, @Nullable Long after, int limit) {
    return transfers.list(tenant, after, limit);
  }

  @Override
  public List<TopUp> of(TenantId tenant, Slice<Order> slice) {
    return transfers.list(tenant, slice);
  }
}
