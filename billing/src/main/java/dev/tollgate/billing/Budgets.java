package dev.tollgate.billing;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Hard caps on what is spent in a billing month, of a tenant, of a project, of a key. They hold on top of the funds and
 * count money, from balance or credit, as it is settled; what an allowance or a pack pays for is paid in advance and
 * does not count. A request falls in the month of its arrival.
 */
public interface Budgets {

  /**
   * Sets or changes a cap. What runs keeps the budgets that it was admitted under; every later request, on any instance,
   * meets the new cap within a second. A budget that is set within a month counts what was settled in it before, also
   * between being lifted and set again.
   *
   * @param cap per billing month, in the currency of the contract in force and of those that are planned
   */
  Change set(TenantId tenant, Subject subject, Money cap);

  /** Lifts a cap; false if there was none. */
  boolean remove(TenantId tenant, Subject subject);

  /** The cap of one subject; empty where it has none. */
  Optional<Budget> find(TenantId tenant, Subject subject);

  /** Some caps of a tenant. */
  List<Budget> of(TenantId tenant, Slice<Order> slice);

  /** What caps are ordered by: whose they are, the tenant's own first, then projects, then keys; or by their amounts. */
  enum Order {
    SUBJECT, SPENT, CAP
  }

  /** All caps of a tenant with what they have spent this month: its own first, then projects, then keys. */
  List<Budget> of(TenantId tenant);

  /** Whose spending is capped. */
  sealed interface Subject {

    record OfTenant() implements Subject {}

    record OfProject(ProjectId project) implements Subject {}

    record OfKey(ApiKeyId key) implements Subject {}
  }

  /**
   * A cap and what is settled of it in the present billing month; holds of running requests are not counted.
   *
   * @param id tells it apart from the others, for {@link Slice#after}
   * @param from inclusive
   * @param until exclusive: when it starts anew
   */
  record Budget(String id, Subject subject, Money cap, Money spent, Instant from, Instant until) {}

  /** What came of a wish to change a cap. */
  sealed interface Change {

    record Changed(Budget budget) implements Change {}

    /**
     * Nothing was changed.
     *
     * @param field that is at fault: {@code tenant}, {@code cap} or {@code currency}
     * @param rule that it breaks, as a sentence that follows on the field's name
     */
    record Refused(String field, String rule) implements Change {}
  }
}
