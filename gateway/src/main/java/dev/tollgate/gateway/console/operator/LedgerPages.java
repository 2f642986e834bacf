package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.LedgerEntries;
import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.gateway.management.changes.AuditLog.Recorded;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What is written down and never changed: postings, the comparison of the books, and who did what. */
@PageController
class LedgerPages {

  private static final int PAGE = 50;
  private static final int MOST_DIFFERENCES = 100;

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
  String ledger(@RequestParam(defaultValue = "") String slug,
      @RequestParam(required = false) @Nullable Long before,
      Model model) {
    Optional<Tenant> tenant = slug.isBlank() ? Optional.empty() : tenants.findBySlug(slug.strip());
    boolean unknown = !slug.isBlank() && tenant.isEmpty();
    List<Posting> found = unknown ? List.of()
        : ledger.latest(tenant.map(Tenant::id).orElse(null), before, PAGE + 1);
    List<Posting> shown = found.subList(0, Math.min(PAGE, found.size()));
    model.addAttribute("postings", shown);
    model.addAttribute("slug", slug);
    model.addAttribute("unknown", unknown);
    model.addAttribute("names", names(shown.stream().map(Posting::tenant)));
    model.addAttribute("further", found.size() > PAGE
        ? "/console/ledger?slug=" + encoded(slug) + "&before=" + shown.getLast().id()
        : null);
    return "console/ledger";
  }

  /** The last run that was kept: a run reads the whole ledger, so it is none of a page's business to begin one. */
  @GetMapping("/console/reconciliation")
  String reconciliation(Model model) {
    runs.latest().ifPresent(run -> {
      model.addAttribute("run", run);
      List<Reconciliation.Difference> shown = run.differences().subList(0,
          Math.min(MOST_DIFFERENCES, run.differences().size()));
      model.addAttribute("differences", shown);
      model.addAttribute("names", names(shown.stream()
          .map(Reconciliation.Difference::tenant).filter(Objects::nonNull).map(Objects::requireNonNull)));
    });
    return "console/reconciliation";
  }

  @GetMapping("/console/audit")
  String audit(@RequestParam(defaultValue = "") String slug, @RequestParam(defaultValue = "") String action,
      @RequestParam(required = false) @Nullable Long before, Model model) {
    Optional<Tenant> tenant = slug.isBlank() ? Optional.empty() : tenants.findBySlug(slug.strip());
    boolean unknown = !slug.isBlank() && tenant.isEmpty();
    List<Recorded> found = unknown ? List.of()
        : log.list(tenant.map(Tenant::id).orElse(null), action.isBlank() ? null : action.strip(), before,
            PAGE + 1);
    List<Recorded> shown = found.subList(0, Math.min(PAGE, found.size()));
    model.addAttribute("entries", shown);
    model.addAttribute("slug", slug);
    model.addAttribute("action", action);
    model.addAttribute("names", names(
        shown.stream().map(Recorded::tenant).filter(Objects::nonNull)
            .map(id -> new TenantId(Objects.requireNonNull(id)))));
    model.addAttribute("further", found.size() > PAGE
        ? "/console/audit?slug=" + encoded(slug) + "&action=" + encoded(action) + "&before="
            + shown.getLast().id()
        : null);
    return "console/audit";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text.strip(), StandardCharsets.UTF_8);
  }

  /** By the ids' text, which is what templates have. */
  private Map<String, String> names(Stream<TenantId> ids) {
    return ids.distinct().map(tenants::find).flatMap(Optional::stream)
        .collect(Collectors.toMap(tenant -> tenant.id().toString(), Tenant::slug));
  }
}
