package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.billing.ServiceLevels.Report;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.tenants.Tenant;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What contracts promise, against what was measured. */
@ManagementController
class ServiceLevelsController {

  private static final int PERCENT_DIGITS = 4;

  private final ServiceLevels levels;

  ServiceLevelsController(ServiceLevels levels) {
    this.levels = levels;
  }

  /** Availabilities are percent; {@code credit} stands on the month's invoice once that is closed. */
  record ServiceReport(YearMonth month, String contract, String availability, String availabilityObjective,
      boolean available, long requests, long failedRequests, long excludedRequests,
      @Nullable Long firstTokenMillis,
      long firstTokenObjectiveMillis, int firstTokenPercent, long longestPrompt, boolean quick, Amount usage,
      Amount credit) {

    static ServiceReport of(Report report) {
      var objectives = report.objectives();
      Long millis = report.firstTokenMillis().isPresent() ? report.firstTokenMillis().getAsLong() : null;
      return new ServiceReport(report.month(), Long.toString(report.contract()),
          percent(report.availabilityPpm()),
          percent(objectives.availabilityPpm()), report.available(), report.counted(), report.failed(),
          report.excluded(), millis, objectives.firstTokenMillis(), objectives.firstTokenPercent(),
          objectives.longestPrompt(), report.quick(), Amount.of(report.usage()), Amount.of(report.credit()));
    }

    private static String percent(long ppm) {
      return BigDecimal.valueOf(ppm, PERCENT_DIGITS).toPlainString();
    }
  }

  /** Of closed months, the latest first; of one month, as far as it is now, where {@code month} is given. */
  @GetMapping("/tenants/{tenant}/service-levels")
  Page<ServiceReport> reports(Tenant tenant, @RequestParam(required = false) @Nullable YearMonth month) {
    List<Report> reports = month == null ? levels.of(tenant.id()) : levels.measure(tenant.id(), month);
    return Page.whole(reports.stream().map(ServiceReport::of).toList());
  }
}
