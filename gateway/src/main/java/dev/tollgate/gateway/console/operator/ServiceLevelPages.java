package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What contracts promise, against what was measured: a closed month of all tenants, or one tenant's months. */
@PageController
class ServiceLevelPages {

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
      HttpServletRequest request, Model model) {
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
      model.addAttribute("table", table(shown, request));
    }
    return "console/service-levels";
  }

  private Table<Shown> table(YearMonth month, HttpServletRequest request) {
    Asked<ServiceLevels.Order> asked = Asked.of(request, ServiceLevels.Order.CONTRACT, false);
    return asked.table(levels.in(month, asked.slice()).stream()
        .map(each -> new Shown(tenants.find(each.tenant()).orElseThrow(), each.report())).toList(),
        shown -> shown.report().contract());
  }

  /** A report with the tenant that it is about. */
  public record Shown(Tenant tenant, ServiceLevels.Report report) {}

  private static List<Shown> of(Tenant tenant, List<ServiceLevels.Report> reports) {
    return reports.stream().map(report -> new Shown(tenant, report)).toList();
  }

  private static YearMonth month(String text, YearMonth usual) {
    try {
      return text.isBlank() ? usual : BilledMonth.parse(text);
    } catch (DateTimeException e) {
      return usual;
    }
  }
}
