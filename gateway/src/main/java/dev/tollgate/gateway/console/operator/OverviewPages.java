package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.Backends;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The console's first page: how business goes, and what waits for somebody. */
@PageController
class OverviewPages {

  private final Closing closing;
  private final Payments payments;
  private final ReconciliationRuns runs;
  private final Backends backends;
  private final Clock clock;

  OverviewPages(Closing closing, Payments payments, ReconciliationRuns runs, Backends backends, Clock clock) {
    this.closing = closing;
    this.payments = payments;
    this.runs = runs;
    this.backends = backends;
    this.clock = clock;
  }

  @GetMapping("/console")
  String overview(Model model) {
    LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    model.addAttribute("due", closing.due());
    model.addAttribute("overdue", payments.overdue(today));
    runs.latest().ifPresent(run -> model.addAttribute("run", run));
    List<Backend> all = backends.all();
    model.addAttribute("backends", all.size());
    model.addAttribute("backendsUp", all.stream().filter(Backend::isUp).count());
    return "console/overview";
  }
}
