package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Budgets.Budget;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a tenant, a project or a key may ask for and spend: one form for all three. */
@Component
@PagesRole
public class Caps {

  private static final int PICO_DIGITS = 12;

  private final Limits limits;
  private final Budgets budgets;
  private final TenantContracts contracts;

  Caps(Limits limits, Budgets budgets, TenantContracts contracts) {
    this.limits = limits;
    this.budgets = budgets;
    this.contracts = contracts;
  }

  /** What is capped, as rates and as money. */
  public record Capped(Limits.Subject rates, Budgets.Subject money, String name) {}

  public Capped ofTenant(TenantId tenant) {
    return new Capped(new Limits.Subject.OfTenant(tenant), new Budgets.Subject.OfTenant(), "tenant");
  }

  Capped ofProject(TenantId tenant, ProjectId project) {
    return new Capped(new Limits.Subject.OfProject(tenant, project), new Budgets.Subject.OfProject(project),
        "project");
  }

  Capped ofKey(TenantId tenant, ApiKeyId key) {
    return new Capped(new Limits.Subject.OfKey(tenant, key), new Budgets.Subject.OfKey(key), "api-key");
  }

  /** Without a contract there is no currency for a budget. */
  static List<Field> fields(boolean withBudget) {
    List<Field> rates = List.of(Field.optional("requests_per_minute", Kind.NUMBER),
        Field.optional("tokens_per_minute", Kind.NUMBER), Field.optional("concurrent_requests", Kind.NUMBER));
    return withBudget
        ? List.of(rates.get(0), rates.get(1), rates.get(2), Field.optional("cap", Kind.MONEY))
        : rates;
  }

  @Nullable
  public Budget budget(TenantId tenant, Capped capped) {
    return contracts.inForce(tenant).isEmpty() ? null
        : budgets.find(tenant, capped.money()).orElse(null);
  }

  public RateLimits rates(Capped capped) {
    return limits.of(capped.rates());
  }

  /** The form with what is set now. */
  public FormPage page(TenantId tenant, Capped capped, String back, @Nullable String about) {
    return page(tenant, capped, back, about, fields(contracts.inForce(tenant).isPresent()));
  }

  /** The same without rates, for whoever may not set them: those of a tenant are the operator's. */
  FormPage budgetPage(TenantId tenant, Capped capped, String back) {
    List<Field> budget = fields(contracts.inForce(tenant).isPresent()).stream().filter(Caps::isBudget)
        .toList();
    return page(tenant, capped, back, null, budget);
  }

  private FormPage page(TenantId tenant, Capped capped, String back, @Nullable String about,
      List<Field> asked) {
    RateLimits rates = rates(capped);
    Budget budget = budget(tenant, capped);
    List<Field> fields = asked.stream()
        .map(field -> field.with(switch (field.name()) {
          case "requests_per_minute" -> text(rates.requestsPerMinute());
          case "tokens_per_minute" -> text(rates.tokensPerMinute());
          case "concurrent_requests" -> text(rates.concurrentRequests());
          default -> budget == null ? "" : decimal(budget.cap().pico());
        })).toList();
    return new FormPage("limits", back + "/limits", back, about, fields, false);
  }

  private static boolean isBudget(Field field) {
    return field.name().equals("cap");
  }

  /** Sets what a form with some of these fields says, and leaves what it does not ask for. */
  public void set(TenantId tenant, Capped capped, Form form, PageChange change) {
    RateLimits present = rates(capped);
    boolean withRates = !form.page().fields().stream().allMatch(Caps::isBudget);
    Long requests = withRates ? form.number("requests_per_minute") : present.requestsPerMinute();
    Long tokens = withRates ? form.number("tokens_per_minute") : present.tokensPerMinute();
    Long concurrent = withRates ? form.number("concurrent_requests") : present.concurrentRequests();
    boolean withBudget = form.page().fields().stream().anyMatch(Caps::isBudget);
    Long cap = withBudget ? form.pico("cap") : null;
    if (cap != null && cap == 0) {
      form.refuse("cap", "above-zero", "must be above 0");
    }
    form.check();
    Map<String, Object> before = shown(tenant, capped);
    RateLimits wanted = form.kept(() -> new RateLimits(requests, tokens, concurrent));
    if (!wanted.equals(present)) {
      limits.set(capped.rates(), wanted);
    }
    if (withBudget) {
      setBudget(tenant, capped, cap, form);
    }
    Map<String, Object> after = new LinkedHashMap<>();
    after.put("limits", wanted);
    after.put("budget", cap == null ? "" : decimal(BigInteger.valueOf(cap)));
    change.record(capped.name() + ".limit", capped.rates().id(), before, after);
  }

  private void setBudget(TenantId tenant, Capped capped, @Nullable Long cap, Form form) {
    if (cap == null) {
      budgets.remove(tenant, capped.money());
      return;
    }
    String currency = contracts.inForce(tenant).orElseThrow().currency();
    Budgets.Change set = budgets.set(tenant, capped.money(), new Money(currency, BigInteger.valueOf(cap)));
    if (set instanceof Budgets.Change.Refused(String field, String rule)) {
      throw form.rejected(field, rule);
    }
  }

  private Map<String, Object> shown(TenantId tenant, Capped capped) {
    Budget budget = budget(tenant, capped);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("limits", rates(capped));
    shown.put("budget", budget == null ? "" : decimal(budget.cap().pico()));
    return shown;
  }

  private static String text(@Nullable Long value) {
    return Objects.toString(value, "");
  }

  private static String decimal(BigInteger pico) {
    return new BigDecimal(pico, PICO_DIGITS).stripTrailingZeros().toPlainString();
  }
}
