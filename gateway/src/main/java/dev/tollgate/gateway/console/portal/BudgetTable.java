package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Budgets.Budget;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/** The budgets of a tenant's month, with the names of what they cap. */
@Component
@PagesRole
public class BudgetTable {

  private final Budgets budgets;
  private final Projects projects;
  private final ApiKeys keys;

  BudgetTable(Budgets budgets, Projects projects, ApiKeys keys) {
    this.budgets = budgets;
    this.projects = projects;
    this.keys = keys;
  }

  /** A budget; the name is empty where it is the tenant's own. */
  public record Named(Budget budget, String name) {}

  /** As it is asked for; the tenant's own comes first, then projects, then keys, unless another order is asked for. */
  public Table<Named> of(TenantId tenant, HttpServletRequest request) {
    Asked<Budgets.Order> asked = Asked.of(request, "budgets", Budgets.Order.SUBJECT, false);
    return asked.table(budgets.of(tenant, asked.slice()), Budget::id)
        .map(budget -> new Named(budget, name(tenant, budget.subject())));
  }

  private String name(TenantId tenant, Subject subject) {
    return switch (subject) {
      case Subject.OfTenant() -> "";
      case Subject.OfProject(var project) ->
        projects.find(tenant, project).map(Project::name).orElseGet(project::toString);
      case Subject.OfKey(var key) ->
        keys.find(tenant, key).map(ApiKeys.ApiKey::name).orElseGet(key::toString);
    };
  }
}
