package dev.tollgate.billing.ledger;

import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.util.UUID;

/** Whose budget it is, as it is stored: {@code TENANT}, {@code PROJECT} or {@code KEY}, a colon and the id. */
public record BudgetSubject(Kind kind, UUID id) {

  /** The names are stored; renaming one needs a migration. */
  public enum Kind {
    TENANT, PROJECT, KEY
  }

  public static BudgetSubject of(TenantId tenant, Subject subject) {
    return switch (subject) {
      case Subject.OfTenant() -> new BudgetSubject(Kind.TENANT, tenant.value());
      case Subject.OfProject(ProjectId project) -> new BudgetSubject(Kind.PROJECT, project.value());
      case Subject.OfKey(ApiKeyId key) -> new BudgetSubject(Kind.KEY, key.value());
    };
  }

  /** Reads what {@link #text} wrote. */
  public static BudgetSubject parse(String text) {
    int colon = text.indexOf(':');
    return new BudgetSubject(Kind.valueOf(text.substring(0, colon)),
        UUID.fromString(text.substring(colon + 1)));
  }

  public String text() {
    return kind + ":" + id;
  }

  /** The subject in the words of the tenant's own. */
  public Subject subject() {
    return switch (kind) {
      case TENANT -> new Subject.OfTenant();
      case PROJECT -> new Subject.OfProject(new ProjectId(id));
      case KEY -> new Subject.OfKey(new ApiKeyId(id));
    };
  }
}
