package dev.tollgate.gateway.management.money;

import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TenantContracts.Agreed;
import dev.tollgate.billing.TenantContracts.Proposal;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.CurrencyCode;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;

/** A tenant's contracts over time, and the credit limit of the one in force. */
@ManagementController
class ContractsController {

  /** What billing names that is no field of a body. */
  private static final Map<String, String> POINTERS = Map.of("contract", "", "tenant", "");

  private final TenantContracts contracts;
  private final Cards cards;

  ContractsController(TenantContracts contracts, Cards cards) {
    this.contracts = contracts;
    this.cards = cards;
  }

  /** {@code from} is now if absent; {@code creditLimit} is none if absent. */
  record NewContract(String plan, String currency, ZoneId zone, @Nullable Amount creditLimit,
      @Nullable Long committedTokensPerMonth, @Nullable Instant from) {}

  record ContractEnd(Instant until) {}

  record CreditLimit(Amount creditLimit) {}

  record ContractCard(String id, String plan, String currency, String zone, int discountBasisPoints,
      Amount creditLimit, long freeTokensPerMonth, long committedTokensPerMonth, Instant from,
      @Nullable Instant until) {

    static ContractCard of(Agreed contract) {
      return new ContractCard(Long.toString(contract.id()), contract.plan(), contract.currency(),
          contract.zone().getId(), contract.discountBasisPoints(),
          Amount.of(contract.currency(), contract.creditLimitPico()), contract.freeTokensPerMonth(),
          contract.committedTokensPerMonth(), contract.from(), contract.until());
    }
  }

  /** All of them, the oldest first; planned ones too. */
  @GetMapping("/tenants/{tenant}/contracts")
  Page<ContractCard> list(Tenant tenant, PageRequest page) {
    return page.sorted(contracts.of(tenant.id()), ContractCard::of, contract -> SortKey.of(contract.id()));
  }

  /** The present contract ends where the new one begins. */
  @PostMapping("/tenants/{tenant}/contracts")
  ResponseEntity<ContractCard> conclude(Tenant tenant, @Body NewContract wanted, HttpServletRequest request,
      Change change) {
    String currency = CurrencyCode.checked("/currency", wanted.currency());
    Amount limit = wanted.creditLimit();
    if (limit != null && !limit.currency().equals(currency)) {
      throw Rejection.invalid("/creditLimit/currency", "must be that of the contract, " + currency);
    }
    Long committed = wanted.committedTokensPerMonth();
    ContractCard card = ContractCard.of(Decided.value(contracts.conclude(tenant.id(),
        new Proposal(wanted.plan(), currency, wanted.zone(), limit == null ? 0 : limit.pico(),
            committed == null ? 0 : committed, wanted.from()))));
    change.record("contract.conclude", card.id(), null, card);
    return cards.created(request, card.id(), card);
  }

  @GetMapping("/tenants/{tenant}/contracts/{contract}")
  ResponseEntity<ContractCard> read(Tenant tenant, @PathVariable long contract) {
    return cards.ok(found(tenant, contract));
  }

  /** The one before it goes on again. */
  @RequiresIfMatch
  @DeleteMapping("/tenants/{tenant}/contracts/{contract}")
  ResponseEntity<ContractCard> withdraw(Tenant tenant, @PathVariable long contract,
      HttpServletRequest request,
      Change change) {
    ContractCard before = found(tenant, contract);
    cards.requireSeen(request, before);
    Decided.value(contracts.withdraw(tenant.id(), contract), POINTERS);
    change.record("contract.withdraw", contract, before, null);
    return ResponseEntity.ok(before);
  }

  /** Without one that follows, the tenant's requests are refused from then on. */
  @RequiresIfMatch
  @PostMapping("/tenants/{tenant}/contracts/{contract}/end")
  ResponseEntity<ContractCard> end(Tenant tenant, @PathVariable long contract, @Body ContractEnd wanted,
      HttpServletRequest request, Change change) {
    ContractCard before = found(tenant, contract);
    cards.requireSeen(request, before);
    ContractCard after = ContractCard
        .of(Decided.value(contracts.end(tenant.id(), contract, wanted.until()), POINTERS));
    change.record("contract.end", contract, before, after);
    return cards.ok(after);
  }

  @GetMapping("/tenants/{tenant}/credit-limit")
  ResponseEntity<CreditLimit> creditLimit(Tenant tenant) {
    return cards.ok(limit(tenant));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/credit-limit")
  ResponseEntity<CreditLimit> limitCredit(Tenant tenant, @Body CreditLimit wanted, HttpServletRequest request,
      Change change) {
    CreditLimit before = limit(tenant);
    cards.requireSeen(request, before);
    Decided.value(contracts.limitCredit(tenant.id(), wanted.creditLimit().currency(),
        wanted.creditLimit().pico()), Map.of("currency", "/creditLimit/currency", "tenant", ""));
    CreditLimit after = limit(tenant);
    change.record("credit-limit.set", tenant.id(), before, after);
    return cards.ok(after);
  }

  private CreditLimit limit(Tenant tenant) {
    Agreed present = contracts.inForce(tenant.id())
        .orElseThrow(() -> Rejection.conflict("", "must have a contract in force"));
    return new CreditLimit(Amount.of(present.currency(), present.creditLimitPico()));
  }

  private ContractCard found(Tenant tenant, long contract) {
    Optional<Agreed> found = contracts.of(tenant.id()).stream().filter(one -> one.id() == contract)
        .findFirst();
    return found.map(ContractCard::of).orElseThrow(() -> Rejection.notFound("contract " + contract));
  }
}
