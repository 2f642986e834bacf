package dev.tollgate.billing.contracts;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.catalog.Plan;
import dev.tollgate.billing.decisions.Decisions;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Contracts in the database; changes of one tenant's exclude each other there. */
public final class AgreedContracts implements TenantContracts {

  private static final String ANY = "*";
  /** More than all models of the world make in a month; a commitment beyond is a slip that a close would invoice. */
  private static final long MOST_COMMITTED = 1_000_000_000_000_000L;
  private static final String WHOLE = "must leave every price of the list a whole number of pico-units after the discount of the contract";

  private final JdbcContractStore store;
  private final Contracts contracts;
  private final Catalogue catalogue;
  private final Accounts accounts;
  private final Terms terms;
  private final Leases leases;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public AgreedContracts(DataSource database, Contracts contracts, Catalogue catalogue, Accounts accounts,
      Clock clock) {
    this.store = new JdbcContractStore(JdbcClient.create(database));
    this.contracts = contracts;
    this.catalogue = catalogue;
    this.accounts = accounts;
    this.terms = new Terms(database);
    this.leases = Leases.inDatabase(database);
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public List<Agreed> of(TenantId tenant) {
    return store.of(tenant).stream().map(AgreedContracts::agreed).toList();
  }

  @Override
  public Optional<Agreed> inForce(TenantId tenant) {
    Instant now = clock.instant();
    return store.of(tenant).stream().filter(contract -> contract.isInForceAt(now)).findFirst()
        .map(AgreedContracts::agreed);
  }

  @Override
  public Decision<Agreed> conclude(TenantId tenant, Proposal proposal) {
    Instant now = now();
    Instant asked = proposal.from();
    Instant from = asked == null ? now : asked.truncatedTo(ChronoUnit.MICROS);
    Decision<Plan> plan = plan(proposal, from);
    if (plan instanceof Decision.Made<Plan>(Plan agreed)) {
      return inTransaction(tenant, () -> {
        Decision.Refused<Agreed> clash = clash(store.of(tenant), from, now);
        Decision<Agreed> decision = clash == null ? add(tenant, agreed, proposal, from) : clash;
        if (decision instanceof Decision.Made<Agreed> && !from.isAfter(now)) {
          putInForce(tenant, proposal.currency());
        }
        return decision;
      });
    }
    return Decisions.refusalOf(plan);
  }

  /** Instances that have more at hand than the new limit leaves give back what is idle, as soon as it is in force. */
  private void putInForce(TenantId tenant, String currency) {
    accounts.limitCredit(tenant, currency);
    leases.recall(tenant);
  }

  private Decision<Plan> plan(Proposal proposal, Instant from) {
    Plan plan = catalogue.plans().get(proposal.plan());
    if (plan == null) {
      return Decision.refused("plan",
          "must be one of " + catalogue.plans().keySet().stream().sorted().toList());
    }
    if (catalogue.prices().timeline(proposal.currency(), ANY, ANY).at(from.toEpochMilli()) == null) {
      return Decision.refused("currency", "must be one that a price book is in force in then");
    }
    if (proposal.creditLimitPico() < 0) {
      return Decision.refused("creditLimit", "must not be negative");
    }
    if (plan.leastCommitment() == 0 && proposal.committedTokensPerMonth() != 0) {
      return Decision.refused("committedTokensPerMonth", "must be 0 on the plan " + plan.name());
    }
    if (proposal.committedTokensPerMonth() < plan.leastCommitment()) {
      return Decision.refused("committedTokensPerMonth",
          "must be at least " + plan.leastCommitment() + " on the plan " + plan.name());
    }
    if (proposal.committedTokensPerMonth() > MOST_COMMITTED) {
      return Decision.refused("committedTokensPerMonth", "must be at most " + MOST_COMMITTED);
    }
    return Decision.made(plan);
  }

  /** Why a contract cannot begin at an instant, or null. */
  private static Decision.@Nullable Refused<Agreed> clash(List<Contract> present, Instant from, Instant now) {
    if (from.isBefore(now)) {
      return new Decision.Refused<>("from", "must not lie in the past: what is settled is never priced anew",
          false);
    }
    if (present.isEmpty()) {
      return null;
    }
    Contract last = present.getLast();
    if (!last.from().isBefore(from)) {
      return new Decision.Refused<>("from", "must come after " + last.from()
          + ", when the contract " + last.id() + " begins, or that one must be withdrawn first", true);
    }
    if (last.until().isAfter(now) && from.isAfter(last.until())) {
      return new Decision.Refused<>("from", "must be " + last.until()
          + " at the latest, when the present contract ends: there must be no gap between contracts", true);
    }
    return null;
  }

  private Decision<Agreed> add(TenantId tenant, Plan plan, Proposal proposal, Instant from) {
    if (accounts.isCappedBeside(tenant, proposal.currency())) {
      return Decision.conflict("currency",
          "must be that of the tenant's budgets, or these must be lifted first: "
              + "a budget in another currency would cap nothing");
    }
    try {
      OffsetDateTime formerEnd = store.cut(tenant, from);
      store.add(tenant, plan, proposal.currency(), proposal.zone(), proposal.creditLimitPico(),
          proposal.committedTokensPerMonth(), from, formerEnd);
    } catch (DataIntegrityViolationException e) {
      return Decisions.violated(e, "plan", WHOLE);
    }
    return Decision.made(agreed(store.of(tenant).getLast()));
  }

  @Override
  public Decision<Agreed> end(TenantId tenant, long contract, Instant at) {
    return inTransaction(tenant, "until", () -> {
      Instant now = now();
      List<Contract> all = store.of(tenant);
      Contract last = all.isEmpty() ? null : all.getLast();
      if (last == null || last.id() != contract || !last.isInForceAt(now)) {
        return Decision.conflict("contract", "must be in force now, with no contract planned after it");
      }
      if (at.isBefore(now)) {
        return Decision.refused("until", "must not lie in the past");
      }
      store.setEnd(contract, at);
      return Decision.made(agreed(store.of(tenant).getLast()));
    });
  }

  @Override
  public Decision<Agreed> withdraw(TenantId tenant, long contract) {
    return inTransaction(tenant, "contract", () -> {
      List<Contract> all = store.of(tenant);
      Contract last = all.isEmpty() ? null : all.getLast();
      if (last == null || last.id() != contract || !last.from().isAfter(now())) {
        return Decision.conflict("contract", "must not have begun, and must be the last one that is planned");
      }
      store.remove(last);
      return Decision.made(agreed(last));
    });
  }

  @Override
  public Decision<Agreed> limitCredit(TenantId tenant, String currency, long limitPico) {
    if (limitPico < 0) {
      return Decision.refused("creditLimit", "must not be negative");
    }
    return inTransaction(tenant, () -> {
      Instant now = now();
      Optional<Contract> present = store.of(tenant).stream().filter(one -> one.isInForceAt(now)).findFirst();
      if (present.isEmpty()) {
        return Decision.conflict("tenant", "must have a contract in force");
      }
      if (!present.get().currency().equals(currency)) {
        return Decision.refused("currency", "must be that of the contract, " + present.get().currency());
      }
      store.limitCredit(present.get().id(), limitPico);
      terms.fundsChanged(tenant);
      putInForce(tenant, currency);
      return store.of(tenant).stream().filter(one -> one.id() == present.get().id()).findFirst()
          .map(AgreedContracts::agreed).map(Decision::made).orElseThrow();
    });
  }

  /** The same for a change by which a contract may go on for longer, and so meet prices that it would have ended before. */
  private <T> Decision<T> inTransaction(TenantId tenant, String field, Supplier<Decision<T>> change) {
    try {
      return inTransaction(tenant, change);
    } catch (DataIntegrityViolationException e) {
      return Decisions.violated(e, field, WHOLE);
    }
  }

  private <T> Decision<T> inTransaction(TenantId tenant, Supplier<Decision<T>> change) {
    Decision<T> decision = transaction.execute(status -> {
      store.lock(tenant);
      Decision<T> made = change.get();
      if (made instanceof Decision.Refused<T>) {
        status.setRollbackOnly();
      }
      return made;
    });
    contracts.refreshOnceCommitted(tenant);
    return decision;
  }

  /** As precise as the database keeps it, and never later than the clock says. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static Agreed agreed(Contract contract) {
    return new Agreed(contract.id(), contract.plan(), contract.currency(), contract.zone(),
        contract.discountBasisPoints(), contract.creditLimit(), contract.freeTokensPerMonth(),
        contract.committedTokensPerMonth(), contract.from(),
        contract.until().equals(Instant.MAX) ? null : contract.until());
  }
}
