package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Prices;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.figures.GpuCosts;
import dev.tollgate.gateway.console.figures.GpuCosts.GpuCost;
import dev.tollgate.gateway.console.figures.Margin;
import dev.tollgate.gateway.console.figures.Span;
import dev.tollgate.gateway.console.figures.Sum;
import dev.tollgate.gateway.console.figures.UsageOfAll;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What GPUs cost against what was earned with them: per million tokens, by model and by tenant. */
@PageController
class EconomicsPages {

  private static final int MOST_TENANTS = 50;
  private static final int MOST_GPUS = 1_000_000;

  private final UsageOfAll days;
  private final GpuCosts costs;
  private final Tenants tenants;
  private final Prices prices;
  private final Clock clock;

  EconomicsPages(UsageOfAll days, GpuCosts costs, Tenants tenants, Prices prices, Clock clock) {
    this.days = days;
    this.costs = costs;
    this.tenants = tenants;
    this.prices = prices;
    this.clock = clock;
  }

  @GetMapping("/console/economics")
  String economics(@RequestParam(defaultValue = "") String from,
      @RequestParam(defaultValue = "") String until,
      Model model) {
    Span span = Span.asked(from, until, clock.instant().atOffset(ZoneOffset.UTC).toLocalDate());
    List<GpuCost> said = costs.all();
    model.addAttribute("span", span);
    model.addAttribute("costs", said);
    if (!said.isEmpty()) {
      String currency = said.getFirst().currency();
      BigInteger cost = costs.between(span.from(), span.until(), currency);
      List<Row> byModel = rows(span, By.MODEL, currency);
      List<Row> byTenant = rows(span, By.TENANT, currency);
      Sum all = Sum.of(byModel);
      model.addAttribute("currency", currency);
      model.addAttribute("all", Margin.of("", all, Math.max(1, all.tokens()), cost));
      model.addAttribute("cost", cost);
      model.addAttribute("revenue", all.pico());
      model.addAttribute("permille", Margin.permille(all.pico(), cost));
      model.addAttribute("models",
          margins(byModel, row -> String.valueOf(row.subject().model()), Function.identity(), all.tokens(),
              cost));
      model.addAttribute("tenants",
          margins(byTenant, row -> String.valueOf(row.subject().tenant()), this::name, all.tokens(), cost));
    }
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
      form.refuse("gpus", "too-large", "must be between 1 and " + MOST_GPUS);
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

  private List<Row> rows(Span span, By by, String currency) {
    return days.between(span.from(), span.until(), EnumSet.of(by)).stream()
        .filter(row -> row.amount().currency().equals(currency)).toList();
  }

  /** Those that earn most; names are looked up for these only. */
  private static List<Margin> margins(List<Row> rows, Function<Row, String> subject,
      Function<String, String> name, long tokens, BigInteger cost) {
    return rows.stream().collect(Collectors.groupingBy(subject)).entrySet().stream()
        .map(group -> Margin.of(group.getKey(), Sum.of(group.getValue()), tokens, cost))
        .sorted(Comparator.comparing(Margin::revenue).reversed().thenComparing(Margin::name))
        .limit(MOST_TENANTS).map(margin -> new Margin(name.apply(margin.name()), margin.tokens(),
            margin.revenue(), margin.cost(), margin.permille(), margin.costPerMillion()))
        .toList();
  }

  private String name(String id) {
    return tenants.find(new TenantId(UUID.fromString(id))).map(Tenant::name).orElse(id);
  }
}
