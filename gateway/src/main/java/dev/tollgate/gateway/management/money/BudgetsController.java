package dev.tollgate.gateway.management.money;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Budgets.Budget;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Money;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;

/** Hard monthly caps of a tenant, its projects and its keys. */
@ManagementController
class BudgetsController {

  private static final Map<String, String> POINTERS = Map.of("cap", "/cap/amount", "currency",
      "/cap/currency");

  private final Budgets budgets;
  private final Projects projects;
  private final ApiKeys keys;
  private final Cards cards;

  BudgetsController(Budgets budgets, Projects projects, ApiKeys keys, Cards cards) {
    this.budgets = budgets;
    this.projects = projects;
    this.keys = keys;
    this.cards = cards;
  }

  /** Null lifts the cap. */
  record BudgetCap(@Nullable Amount cap) {}

  /** {@code of} is tenant, project or key; {@code id} is that of the project or key. */
  record BudgetCard(String of, @Nullable UUID id, Amount cap, Amount spent, Instant from, Instant until) {

    static BudgetCard of(Budget budget) {
      return switch (budget.subject()) {
        case Subject.OfTenant() -> card("tenant", null, budget);
        case Subject.OfProject(var project) -> card("project", project.value(), budget);
        case Subject.OfKey(var key) -> card("key", key.value(), budget);
      };
    }

    private static BudgetCard card(String of, @Nullable UUID id, Budget budget) {
      return new BudgetCard(of, id, Amount.of(budget.cap()), Amount.of(budget.spent()), budget.from(),
          budget.until());
    }
  }

  /** All caps with what is spent of them this month. */
  @GetMapping("/tenants/{tenant}/budgets")
  Page<BudgetCard> list(Tenant tenant, PageRequest page) {
    return page.sorted(budgets.of(tenant.id()), BudgetCard::of, BudgetsController::place);
  }

  /** The tenant's own first, then projects, then keys. */
  private static String place(Budget budget) {
    return switch (budget.subject()) {
      case Subject.OfTenant() -> SortKey.of(0);
      case Subject.OfProject(ProjectId project) -> SortKey.of(1, project);
      case Subject.OfKey(ApiKeyId key) -> SortKey.of(2, key);
    };
  }

  @GetMapping("/tenants/{tenant}/budget")
  ResponseEntity<BudgetCap> ofTenant(Tenant tenant) {
    return cards.ok(cap(tenant, new Subject.OfTenant()));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/budget")
  ResponseEntity<BudgetCap> setOfTenant(Tenant tenant, @Body BudgetCap wanted, HttpServletRequest request,
      Change change) {
    return set(tenant, new Subject.OfTenant(), wanted, request, change);
  }

  @GetMapping("/tenants/{tenant}/projects/{project}/budget")
  ResponseEntity<BudgetCap> ofProject(Tenant tenant, @PathVariable UUID project) {
    return cards.ok(cap(tenant, project(tenant, project)));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/projects/{project}/budget")
  ResponseEntity<BudgetCap> setOfProject(Tenant tenant, @PathVariable UUID project, @Body BudgetCap wanted,
      HttpServletRequest request, Change change) {
    return set(tenant, project(tenant, project), wanted, request, change);
  }

  @GetMapping("/tenants/{tenant}/api-keys/{key}/budget")
  ResponseEntity<BudgetCap> ofKey(Tenant tenant, @PathVariable UUID key) {
    return cards.ok(cap(tenant, key(tenant, key)));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/api-keys/{key}/budget")
  ResponseEntity<BudgetCap> setOfKey(Tenant tenant, @PathVariable UUID key, @Body BudgetCap wanted,
      HttpServletRequest request, Change change) {
    return set(tenant, key(tenant, key), wanted, request, change);
  }

  private ResponseEntity<BudgetCap> set(Tenant tenant, Subject subject, BudgetCap wanted,
      HttpServletRequest request, Change change) {
    BudgetCap before = cap(tenant, subject);
    cards.requireSeen(request, before);
    Amount cap = wanted.cap();
    if (cap == null) {
      budgets.remove(tenant.id(), subject);
    } else {
      var money = new Money(cap.currency(), BigInteger.valueOf(cap.pico()));
      if (budgets.set(tenant.id(), subject, money) instanceof Budgets.Change.Refused(var field, var rule)) {
        throw Rejection.invalid(POINTERS.getOrDefault(field, ""), rule);
      }
    }
    BudgetCap after = cap(tenant, subject);
    change.record("budget.set", id(tenant, subject), before, after);
    return cards.ok(after);
  }

  private BudgetCap cap(Tenant tenant, Subject subject) {
    return new BudgetCap(budgets.find(tenant.id(), subject)
        .map(one -> Amount.of(one.cap())).orElse(null));
  }

  private static UUID id(Tenant tenant, Subject subject) {
    return switch (subject) {
      case Subject.OfTenant() -> tenant.id().value();
      case Subject.OfProject(ProjectId project) -> project.value();
      case Subject.OfKey(ApiKeyId key) -> key.value();
    };
  }

  private Subject project(Tenant tenant, UUID project) {
    return projects.find(tenant.id(), new ProjectId(project)).map(found -> new Subject.OfProject(found.id()))
        .orElseThrow(() -> Rejection.notFound("project " + project));
  }

  private Subject key(Tenant tenant, UUID key) {
    return keys.find(tenant.id(), new ApiKeyId(key)).map(found -> new Subject.OfKey(found.id()))
        .orElseThrow(() -> Rejection.notFound("API key " + key));
  }
}
