package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.ledger.BudgetAccount;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.ledger.BudgetSubject.Kind;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the SQL of budgets does, one transaction at a time. */
final class BudgetModel {

  private final Books books;
  private final Map<TenantId, Map<BudgetSubject, Long>> caps = new LinkedHashMap<>();

  BudgetModel(Books books) {
    this.books = books;
  }

  Map<BudgetSubject, Long> of(TenantId tenant) {
    return caps.getOrDefault(tenant, Map.of());
  }

  /** Opens the accounts of all budgets in force at an instant where they are missing. */
  List<BudgetAccount> open(TenantId tenant, String currency, Instant from, Instant until, Instant at) {
    of(tenant).forEach((subject, cap) -> {
      if (fundAt(tenant, subject, at).isEmpty()) {
        List<Fund> others = fundsOf(tenant, subject);
        Instant begin = others.stream().map(fund -> fund.until).filter(end -> !end.isAfter(at))
            .max(Comparator.naturalOrder()).filter(from::isBefore).orElse(from);
        Instant end = others.stream().map(fund -> fund.from).filter(start -> start.isAfter(at))
            .min(Comparator.naturalOrder()).filter(until::isAfter).orElse(until);
        Fund fund = books.open(tenant, Books.Kind.BUDGET, currency, begin, end, subject.text());
        fund.agree(cap);
        books.update(fund, 0, 0, cap);
      }
    });
    return books.fundsOf(tenant).stream()
        .filter(fund -> fund.subject != null && fund.isValidAt(at)
            && of(tenant).containsKey(BudgetSubject.parse(fund.subject)))
        .map(BudgetModel::account).toList();
  }

  /** Sets a cap, counting what was settled earlier in the month while there was none. */
  void set(TenantId tenant, BudgetSubject subject, String currency, long cap, Instant from, Instant until,
      Instant at) {
    boolean wasSet = caps.computeIfAbsent(tenant, none -> new LinkedHashMap<>()).put(subject, cap) != null;
    boolean counted = wasSet && fundAt(tenant, subject, at).isPresent();
    open(tenant, currency, from, until, at);
    if (!counted) {
      Fund present = fundAt(tenant, subject, at).orElseThrow();
      long uncounted = spent(tenant, subject, present.from) + present.balance();
      if (uncounted > 0) {
        long balance = present.balance() - uncounted;
        books.update(present, balance, present.leased(),
            Math.max(present.creditLimit(), present.leased() - balance));
        books.post(present.account, "BUDGET_OPENING", uncounted);
      }
    }
    for (Fund fund : fundsOf(tenant, subject)) {
      if (at.isBefore(fund.until)) {
        fund.agree(cap);
        books.update(fund, fund.balance(), fund.leased(), Math.max(cap, fund.leased() - fund.balance()));
      }
    }
  }

  boolean remove(TenantId tenant, BudgetSubject subject) {
    Map<BudgetSubject, Long> present = caps.get(tenant);
    return present != null && present.remove(subject) != null;
  }

  private long spent(TenantId tenant, BudgetSubject subject, Instant from) {
    long spent = 0;
    for (Books.Usage row : books.rows()) {
      Settlement settlement = row.settlement();
      boolean counts = settlement.payer().tenant().equals(tenant) && !settlement.arrivedAt().isBefore(from)
          && switch (subject.kind()) {
            case TENANT -> true;
            case PROJECT -> settlement.payer().project().value().equals(subject.id());
            case KEY -> settlement.payer().key().value().equals(subject.id());
          };
      spent += counts ? settlement.bill().amountPico() : 0;
    }
    return spent;
  }

  Optional<Fund> fundAt(TenantId tenant, BudgetSubject subject, Instant at) {
    return fundsOf(tenant, subject).stream().filter(fund -> fund.isValidAt(at)).findFirst();
  }

  private List<Fund> fundsOf(TenantId tenant, BudgetSubject subject) {
    return books.fundsOf(tenant).stream().filter(fund -> subject.text().equals(fund.subject)).toList();
  }

  /** Whose budgets cap the requests of a payer. */
  static List<BudgetSubject> subjectsOf(Payer payer) {
    return List.of(new BudgetSubject(Kind.TENANT, payer.tenant().value()),
        new BudgetSubject(Kind.PROJECT, payer.project().value()),
        new BudgetSubject(Kind.KEY, payer.key().value()));
  }

  private static BudgetAccount account(Fund fund) {
    return new BudgetAccount(fund.account,
        BudgetSubject.parse(Objects.requireNonNull(fund.subject)), fund.from, fund.until);
  }
}
