package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contracts of a tenant over time, as they are administered. At every instant a tenant has one contract at most; what
 * was agreed stays as it is, and a change is the next contract. Every call asks the database.
 */
public interface TenantContracts {

  /** All contracts of a tenant, past and planned, the oldest first. */
  List<Agreed> of(TenantId tenant);

  /** The contract that is in force now. */
  Optional<Agreed> inForce(TenantId tenant);

  /**
   * Agrees the tenant's next contract. The present one ends where it begins; what is settled, and what runs by then, keeps
   * the price of the contract that it was admitted under. Refused are a beginning that is past, one beside a contract that
   * is planned already, one that would leave a gap after the present contract, terms that the plan does not allow,
   * currencies without a price book, and one in another currency than budgets that are set, which would cap nothing.
   */
  Decision<Agreed> conclude(TenantId tenant, Proposal proposal);

  /** Lets the contract in force end at an instant that is yet to come, without one that follows. */
  Decision<Agreed> end(TenantId tenant, long contract, Instant at);

  /** Takes back a contract that has not begun; the one before it goes on again, to its former end if it had one. */
  Decision<Agreed> withdraw(TenantId tenant, long contract);

  /**
   * Sets how far below zero the balance may go under the contract in force. Where more than that is in use, the limit in
   * force falls as the use falls.
   */
  Decision<Agreed> limitCredit(TenantId tenant, String currency, long limitPico);

  /**
   * What is wanted.
   *
   * @param plan a name in the catalogue
   * @param zone in which billing months begin
   * @param creditLimitPico how far below zero the balance may go, at least 0
   * @param committedTokensPerMonth raw tokens in each billing month; 0 on plans without a commitment
   * @param from when it begins; null for now
   */
  record Proposal(String plan, String currency, ZoneId zone, long creditLimitPico,
      long committedTokensPerMonth, @Nullable Instant from) {}

  /**
   * What was agreed.
   *
   * @param discountBasisPoints off the list, as the plan said when it was agreed
   * @param from inclusive
   * @param until exclusive; null without an end
   */
  record Agreed(long id, String plan, String currency, ZoneId zone, int discountBasisPoints,
      BigInteger creditLimitPico, long freeTokensPerMonth, long committedTokensPerMonth, Instant from,
      @Nullable Instant until) {}
}
