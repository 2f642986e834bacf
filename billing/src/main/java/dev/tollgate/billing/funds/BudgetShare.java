package dev.tollgate.billing.funds;

import dev.tollgate.billing.ledger.BudgetAccount;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.pricing.FundKind;

/** The share of a budget: nothing that pays, but a cap on what money may pay; whatever money gives, it gives too. */
final class BudgetShare extends AccountShare {

  private final BudgetSubject subject;
  private int requests;

  BudgetShare(BudgetAccount budget) {
    super(budget.account(), budget.validFrom(), budget.validUntil());
    this.subject = budget.subject();
  }

  /** A request keeps the budgets that it was admitted under. */
  boolean caps(Need need) {
    return need.money() && (need.admittedUnder() == null
        ? isAgreed() && isValidAt(need.atMillis()) && isOf(need)
        : need.admittedUnder().contains(account()));
  }

  /** A request that it caps begins; until that ends, the share stays although nothing may be held of it. */
  void enter() {
    requests++;
  }

  void leave() {
    requests--;
  }

  @Override
  boolean isEmpty() {
    return requests == 0 && super.isEmpty();
  }

  private boolean isOf(Need need) {
    return subject.id().equals(switch (subject.kind()) {
      case TENANT -> need.payer().tenant().value();
      case PROJECT -> need.payer().project().value();
      case KEY -> need.payer().key().value();
    });
  }

  @Override
  long wantedBy(Need need) {
    return caps(need) ? need.from(FundKind.MONEY) : 0;
  }
}
