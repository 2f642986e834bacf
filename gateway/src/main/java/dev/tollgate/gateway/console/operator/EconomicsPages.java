package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Prices;
import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.figures.Economics;
import dev.tollgate.gateway.console.figures.Economics.Figures;
import dev.tollgate.gateway.console.figures.GpuCosts;
import dev.tollgate.gateway.console.figures.GpuCosts.GpuCost;
import dev.tollgate.gateway.console.figures.Margin;
import dev.tollgate.gateway.console.figures.Span;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What GPUs cost against what was earned with them: per million tokens, by model and by tenant. */
@PageController
class EconomicsPages {

  private static final int MOST_GPUS = 1_000_000;

  private final Economics economics;
  private final GpuCosts costs;
  private final Tenants tenants;
  private final Prices prices;
  private final Clock clock;

  EconomicsPages(Economics economics, GpuCosts costs, Tenants tenants, Prices prices,
      Clock clock) {
    this.economics = economics;
    this.costs = costs;
    this.tenants = tenants;
    this.prices = prices;
    this.clock = clock;
  }

  @GetMapping("/console/economics")
  String economics(@RequestParam(defaultValue = "") String from,
      @RequestParam(defaultValue = "") String until, HttpServletRequest request, Model model) {
    Span span = Span.asked(from, until, clock.instant().atOffset(ZoneOffset.UTC).toLocalDate());
    model.addAttribute("span", span);
    model.addAttribute("costs", costs.all());
    economics.of(span).ifPresent(figures -> {
      model.addAttribute("figures", figures);
      model.addAttribute("currency", figures.currency());
      model.addAttribute("models", margins("models", By.MODEL, figures, request));
      model.addAttribute("tenants", margins("tenants", By.TENANT, figures, request));
    });
    return "console/economics";
  }

  @GetMapping("/console/economics/cost")
  String cost(Model model) {
    model.addAttribute("form", costPage().empty());
    return Form.VIEW;
  }

  @PostMapping("/console/economics/cost")
  String cost(HttpServletRequest request, PageChange change) {
    Form form = Form.read(costPage(), request);
    Long gpus = form.number("gpus");
    if (gpus != null && (gpus < 1 || gpus > MOST_GPUS)) {
      form.refuse("gpus", "must be between 1 and " + MOST_GPUS);
    }
    Long pico = form.pico("gpu_hour");
    if (pico != null && pico == 0) {
      form.refuse("gpu_hour", "above-zero", "must be above 0");
    }
    Instant from = form.given(form.moment("from"));
    var cost = new GpuCost(LocalDate.ofInstant(from, ZoneOffset.UTC), Math.toIntExact(form.given(gpus)),
        form.choice("currency"), form.given(pico));
    form.check();
    costs.set(cost);
    change.record("gpu-cost.set", cost.from(), null, cost);
    return "redirect:/console/economics?done=saved";
  }

  private FormPage costPage() {
    LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    return new FormPage("gpu-cost", "/console/economics/cost", "/console/economics", null,
        Field.required("gpus", Kind.NUMBER), Field.required("gpu_hour", Kind.MONEY),
        Field.choice("currency",
            prices.currencies().stream().sorted().map(code -> new Option(code, code)).toList()).with("USD"),
        Field.required("from", Kind.MOMENT).with(today.withDayOfMonth(1) + "T00:00"));
  }

  /** Those that earn most come first, unless another order is asked for. */
  private Table<Margin> margins(String table, By by, Figures figures, HttpServletRequest request) {
    Asked<UsageDays.Order> asked = Asked.of(request, table, UsageDays.Order.AMOUNT, true);
    return asked.table(economics.shares(figures, by, asked.slice()), share -> share.total().id())
        .map(share -> share.margin().named(name(share.total().subject())));
  }

  private String name(UsageDays.Subject subject) {
    TenantId tenant = subject.tenant();
    return tenant == null ? String.valueOf(subject.model())
        : tenants.find(tenant).map(Tenant::name).orElseGet(tenant::toString);
  }
}
