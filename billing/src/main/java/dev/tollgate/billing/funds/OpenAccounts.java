package dev.tollgate.billing.funds;

import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.BudgetAccount;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.ledger.BudgetSubject.Kind;
import dev.tollgate.billing.ledger.FundAccount;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The accounts of a tenant that this instance has shares of. Guarded by the lock of its {@link TenantShare}. */
final class OpenAccounts {

  private static final Comparator<FundShare> DRAWING_ORDER = Comparator.comparing(FundShare::kind)
      .thenComparingLong(FundShare::untilMillis).thenComparingLong(FundShare::account);

  static final OpenAccounts NONE = new OpenAccounts(Map.of(), Map.of());

  private final Map<Long, AccountShare> byNumber;
  private final List<AccountShare> all;
  private final List<FundShare> funds;
  private final Map<BudgetSubject, BudgetShare> budgets;

  private OpenAccounts(Map<Long, AccountShare> byNumber, Map<BudgetSubject, BudgetShare> budgets) {
    this.byNumber = byNumber;
    this.all = List.copyOf(byNumber.values());
    this.budgets = budgets;
    this.funds = all.stream().filter(FundShare.class::isInstance).map(FundShare.class::cast)
        .sorted(DRAWING_ORDER).toList();
  }

  /**
   * These accounts after the database was asked anew; what is still in use stays, but serves no new requests.
   *
   * @param keepAll whether to keep also those of which nothing is known to be left, since the database may know better
   */
  OpenAccounts reopened(Opened now, String currency, long atMillis, boolean keepAll) {
    var open = new LinkedHashMap<Long, AccountShare>();
    all.stream().filter(account -> keepAll || !account.isEmpty()).forEach(account -> {
      account.agreed(account instanceof FundShare && !account.isValidAt(atMillis));
      open.put(account.account(), account);
    });
    for (FundAccount fund : now.funds()) {
      open.computeIfAbsent(fund.account(), account -> new FundShare(fund, currency)).agreed(true);
    }
    var capping = new HashMap<BudgetSubject, BudgetShare>();
    for (BudgetAccount budget : now.budgets()) {
      var share = (BudgetShare) open.computeIfAbsent(budget.account(), account -> new BudgetShare(budget));
      share.agreed(true);
      capping.put(budget.subject(), share);
    }
    return new OpenAccounts(open, capping);
  }

  Collection<AccountShare> all() {
    return all;
  }

  /** In drawing order. */
  List<FundShare> funds() {
    return funds;
  }

  AccountShare of(long account) {
    AccountShare share = byNumber.get(account);
    if (share == null) {
      throw new IllegalStateException("Account " + account + " has no share here");
    }
    return share;
  }

  BudgetShare budget(long account) {
    return (BudgetShare) of(account);
  }

  /** The budgets that cap a need: those of its payer, or those that it was admitted under. */
  List<BudgetShare> caps(Need need) {
    List<Long> admittedUnder = need.admittedUnder();
    if (admittedUnder != null) {
      return admittedUnder.isEmpty() ? List.of() : admittedUnder.stream().map(this::budget).toList();
    }
    return budgets.isEmpty() ? List.of()
        : Stream.of(new BudgetSubject(Kind.TENANT, need.payer().tenant().value()),
            new BudgetSubject(Kind.PROJECT, need.payer().project().value()),
            new BudgetSubject(Kind.KEY, need.payer().key().value())).map(budgets::get)
            .filter(Objects::nonNull)
            .filter(budget -> budget.caps(need)).toList();
  }
}
