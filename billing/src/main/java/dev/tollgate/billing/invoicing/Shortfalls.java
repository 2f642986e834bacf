package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Commitments.Standing;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.invoicing.JdbcShortfallStore.Committed;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Commitments that a close finds unmet, less what was billed for them before. */
final class Shortfalls {

  private final JdbcShortfallStore store;
  private final Contracts contracts;
  private final ContractCommitments commitments;

  Shortfalls(JdbcShortfallStore store, Contracts contracts, ContractCommitments commitments) {
    this.store = store;
    this.contracts = contracts;
    this.commitments = commitments;
  }

  List<ShortfallLine> of(long close, List<TenantId> tenants) {
    return store.committed(close, tenants).stream().flatMap(committed -> line(committed).stream()).toList();
  }

  /** What is missing by what was used. */
  Standing standing(Committed committed) {
    Contract contract = contracts.all(committed.tenant()).stream()
        .filter(each -> each.id() == committed.contract()).findFirst()
        .orElseThrow(
            () -> new IllegalStateException("The contract " + committed.contract() + " is not in memory"));
    return commitments.standing(contract, committed.span(), committed.usedTokens().longValueExact());
  }

  private Optional<ShortfallLine> line(Committed committed) {
    Standing standing = standing(committed);
    BigInteger tokens = BigInteger.valueOf(standing.shortfallTokens()).subtract(committed.billedTokens());
    BigInteger pico = standing.shortfall().pico().subtract(committed.billedPico());
    return pico.signum() == 0 ? Optional.empty()
        : Optional.of(new ShortfallLine(committed.tenant(), committed.contract(),
            Months.stored(committed.serviceMonth()), tokens, standing.picoPerToken(), pico));
  }
}
