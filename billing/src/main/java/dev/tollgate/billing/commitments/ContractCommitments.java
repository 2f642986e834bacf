package dev.tollgate.billing.commitments;

import dev.tollgate.billing.Commitments;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.BillingMonth;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.pricing.TokenPrices;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Commitments of contracts, against usage as it is settled. */
public final class ContractCommitments implements Commitments {

  private static final String ANY = "*";

  private final JdbcCommitmentStore store;
  private final Contracts contracts;
  private final Catalogue catalogue;

  public ContractCommitments(DataSource database, Contracts contracts, Catalogue catalogue) {
    this.store = new JdbcCommitmentStore(JdbcClient.create(database));
    this.contracts = contracts;
    this.catalogue = catalogue;
  }

  @Override
  public List<Standing> of(TenantId tenant, Instant at) {
    return contracts.all(tenant).stream().filter(contract -> contract.committedTokensPerMonth() > 0)
        .filter(contract -> contract.isInForceDuring(contract.monthAt(at)))
        .map(contract -> standing(contract, at))
        .toList();
  }

  private Standing standing(Contract contract, Instant at) {
    BillingMonth month = contract.monthAt(at);
    return standing(contract, month,
        store.rawTokens(contract.tenant(), contract.id(), from(contract, month), until(contract, month)));
  }

  /** How a contract stands in a month of which is known what was used. */
  public Standing standing(Contract contract, BillingMonth month, long used) {
    Instant from = from(contract, month);
    Instant until = until(contract, month);
    long rate = inputRate(contract, until.minusMillis(1));
    Shortfall shortfall = Shortfall.of(contract.committedTokensPerMonth(), Duration.between(from, until),
        Duration.between(month.from(), month.until()), used, rate);
    return new Standing(contract.id(), from, until, shortfall.committedTokens(), used,
        shortfall.missingTokens(), rate, new Money(contract.currency(), shortfall.pico()));
  }

  private static Instant from(Contract contract, BillingMonth month) {
    return contract.from().isAfter(month.from()) ? contract.from() : month.from();
  }

  private static Instant until(Contract contract, BillingMonth month) {
    return contract.until().isBefore(month.until()) ? contract.until() : month.until();
  }

  /** Without time bands: tokens that nobody used were not used at any hour. */
  private long inputRate(Contract contract, Instant at) {
    TokenPrices list = catalogue.prices().timeline(contract.currency(), ANY, ANY).listAt(at.toEpochMilli());
    if (list == null) {
      throw new IllegalStateException("The list in " + contract.currency() + " has no price at " + at);
    }
    return list.discounted(contract.discountBasisPoints()).input();
  }
}
