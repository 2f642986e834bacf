package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.billing.ServiceLevels.Report;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.Tenant;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What contracts promise, against what was measured. */
@ManagementController
class ServiceLevelsController {

  private static final int PERCENT_DIGITS = 4;

  private final ServiceLevels levels;
  private final Clock clock;

  ServiceLevelsController(ServiceLevels levels, Clock clock) {
    this.levels = levels;
    this.clock = clock;
  }

  /**
   * Availabilities are percent; {@code credit} stands on the month's invoice once that is closed. Refused requests, which
   * have no usage record, are among the failed ones.
   */
  record ServiceReport(YearMonth month, String contract, String availability, String availabilityObjective,
      boolean available, long requests, long failedRequests, long refusedRequests, long excludedRequests,
      @Nullable Long firstTokenMillis,
      long firstTokenObjectiveMillis, int firstTokenPercent, long longestPrompt, boolean quick, Amount usage,
      Amount credit) {

    static ServiceReport of(Report report) {
      var objectives = report.objectives();
      Long millis = report.firstTokenMillis().isPresent() ? report.firstTokenMillis().getAsLong() : null;
      return new ServiceReport(report.month(), Long.toString(report.contract()),
          percent(report.availabilityPpm()),
          percent(objectives.availabilityPpm()), report.available(), report.counted(), report.failed(),
          report.refused(), report.excluded(), millis, objectives.firstTokenMillis(),
          objectives.firstTokenPercent(),
          objectives.longestPrompt(), report.quick(), Amount.of(report.usage()), Amount.of(report.credit()));
    }

    private static String percent(long ppm) {
      return BigDecimal.valueOf(ppm, PERCENT_DIGITS).toPlainString();
    }
  }

  record ServiceReportOfTenant(UUID tenant, ServiceReport report) {}

  /** Of closed months, the latest first; of one month, as far as it is now, where {@code month} is given. */
  @GetMapping("/tenants/{tenant}/service-levels")
  Page<ServiceReport> reports(Tenant tenant, PageRequest page,
      @RequestParam(required = false) @Nullable YearMonth month) {
    List<Report> reports = month == null ? levels.of(tenant.id()) : levels.measure(tenant.id(), month);
    return page.latestFirst(reports, ServiceReport::of,
        report -> SortKey.of(report.month(), report.contract()));
  }

  /** Of a closed month, in the order of contracts; of last month (UTC) if none is given. */
  @GetMapping("/service-levels")
  Page<ServiceReportOfTenant> ofAll(PageRequest page,
      @RequestParam(required = false) @Nullable YearMonth month) {
    YearMonth asked = month == null ? YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).minusMonths(1)
        : month;
    Long after = page.afterNumber();
    var slice = new Slice<>(ServiceLevels.Order.CONTRACT, false, null,
        after == null ? null : after.toString(),
        page.limitAndOne());
    return page.page(levels.in(asked, slice),
        one -> new ServiceReportOfTenant(one.tenant().value(), ServiceReport.of(one.report())),
        one -> one.report().contract());
  }
}
