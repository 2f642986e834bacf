package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.billing.ServiceLevels.OfTenant;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What contracts promise, against what was measured: a closed month of all tenants, or one tenant's months. */
@PageController
class ServiceLevelPages {

  private static final int PAGE = 50;

  private final ServiceLevels levels;
  private final Tenants tenants;
  private final Clock clock;

  ServiceLevelPages(ServiceLevels levels, Tenants tenants, Clock clock) {
    this.levels = levels;
    this.tenants = tenants;
    this.clock = clock;
  }

  /** A tenant's running month is measured from its requests, so it is shown only where that tenant is asked for. */
  @GetMapping("/console/service-levels")
  String reports(@RequestParam(defaultValue = "") String month, @RequestParam(defaultValue = "") String slug,
      @RequestParam(required = false) @Nullable Long after, Model model) {
    YearMonth present = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
    YearMonth shown = month(month, present.minusMonths(1));
    Optional<Tenant> tenant = slug.isBlank() ? Optional.empty() : tenants.findBySlug(slug.strip());
    model.addAttribute("month", shown);
    model.addAttribute("slug", slug);
    model.addAttribute("unknown", !slug.isBlank() && tenant.isEmpty());
    if (tenant.isPresent()) {
      model.addAttribute("reports", of(tenant.get(), levels.of(tenant.get().id())));
      model.addAttribute("running", of(tenant.get(), levels.measure(tenant.get().id(), present)));
    } else if (slug.isBlank()) {
      page(shown, after, model);
    }
    return "console/service-levels";
  }

  private void page(YearMonth month, @Nullable Long after, Model model) {
    List<OfTenant> found = levels.in(month, after, PAGE + 1);
    List<OfTenant> shown = found.subList(0, Math.min(PAGE, found.size()));
    model.addAttribute("reports", shown.stream()
        .map(each -> new Shown(tenants.find(each.tenant()).orElseThrow(), each.report())).toList());
    model.addAttribute("further", found.size() > PAGE
        ? "/console/service-levels?month=" + month + "&after=" + shown.getLast().report().contract()
        : null);
  }

  /** A report with the tenant that it is about. */
  public record Shown(Tenant tenant, ServiceLevels.Report report) {}

  private static List<Shown> of(Tenant tenant, List<ServiceLevels.Report> reports) {
    return reports.stream().map(report -> new Shown(tenant, report)).toList();
  }

  private static YearMonth month(String text, YearMonth usual) {
    try {
      return text.isBlank() ? usual : YearMonth.parse(text);
    } catch (DateTimeException e) {
      return usual;
    }
  }
}
