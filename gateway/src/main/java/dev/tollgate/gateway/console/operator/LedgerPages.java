package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.LedgerEntries;
import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Listed;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.gateway.management.changes.AuditActions;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.gateway.management.changes.AuditLog.Recorded;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What is written down and never changed: postings, the comparison of the books, and who did what. */
@PageController
class LedgerPages {

  private final LedgerEntries ledger;
  private final ReconciliationRuns runs;
  private final AuditLog log;
  private final Tenants tenants;

  LedgerPages(LedgerEntries ledger, ReconciliationRuns runs, AuditLog log, Tenants tenants) {
    this.ledger = ledger;
    this.runs = runs;
    this.log = log;
    this.tenants = tenants;
  }

  @GetMapping("/console/ledger")
  String ledger(@RequestParam(defaultValue = "") String slug, HttpServletRequest request, Model model) {
    Optional<Tenant> tenant = slug.isBlank() ? Optional.empty() : tenants.findBySlug(slug.strip());
    boolean unknown = !slug.isBlank() && tenant.isEmpty();
    Asked<LedgerEntries.Order> asked = Asked.of(request, LedgerEntries.Order.WHEN, true);
    Table<Posting> postings = asked.table(
        unknown ? List.of() : ledger.list(tenant.map(Tenant::id).orElse(null), asked.slice()), Posting::id);
    model.addAttribute("postings", postings);
    model.addAttribute("slug", slug);
    model.addAttribute("unknown", unknown);
    model.addAttribute("names", names(postings.rows().stream().map(Posting::tenant)));
    return "console/ledger";
  }

  /** The last run that was kept: a run reads the whole ledger, so it is none of a page's business to begin one. */
  @GetMapping("/console/reconciliation")
  String reconciliation(HttpServletRequest request, Model model) {
    runs.latest().ifPresent(run -> {
      Asked<ReconciliationRuns.Order> asked = Asked.of(request, ReconciliationRuns.Order.CHECK, false);
      Table<Reconciliation.Difference> differences = asked
          .table(runs.differences(run, asked.slice()), Listed::id).map(Listed::difference);
      model.addAttribute("run", run);
      model.addAttribute("differences", differences);
      model.addAttribute("names", names(differences.rows().stream()
          .map(Reconciliation.Difference::tenant).filter(Objects::nonNull).map(Objects::requireNonNull)));
    });
    return "console/reconciliation";
  }

  @GetMapping("/console/audit")
  String audit(@RequestParam(defaultValue = "") String slug, @RequestParam(defaultValue = "") String action,
      HttpServletRequest request, Model model) {
    Optional<Tenant> tenant = slug.isBlank() ? Optional.empty() : tenants.findBySlug(slug.strip());
    boolean unknown = !slug.isBlank() && tenant.isEmpty();
    Asked<AuditLog.Order> asked = Asked.of(request, AuditLog.Order.WHEN, true);
    Table<Recorded> entries = asked.table(unknown ? List.of()
        : log.list(tenant.map(Tenant::id).orElse(null), action.isBlank() ? null : action.strip(),
            asked.slice()),
        Recorded::id);
    model.addAttribute("entries", entries);
    model.addAttribute("slug", slug);
    model.addAttribute("unknown", unknown);
    model.addAttribute("action", action);
    model.addAttribute("actions", AuditActions.ALL);
    model.addAttribute("names", names(
        entries.rows().stream().map(Recorded::tenant).filter(Objects::nonNull)
            .map(id -> new TenantId(Objects.requireNonNull(id)))));
    return "console/audit";
  }

  /** By the ids' text, which is what templates have. */
  private Map<String, String> names(Stream<TenantId> ids) {
    return ids.distinct().map(tenants::find).flatMap(Optional::stream)
        .collect(Collectors.toMap(tenant -> tenant.id().toString(), Tenant::slug));
  }
}
