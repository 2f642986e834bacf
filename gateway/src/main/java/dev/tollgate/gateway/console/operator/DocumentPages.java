package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Filter;
import dev.tollgate.billing.Payments;
import dev.tollgate.exports.DraftPreviews;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.gateway.management.wire.Download;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** A month's documents to look at and to take away. */
@PageController
class DocumentPages {

  private final Invoices invoices;
  private final Closing closing;
  private final Payments payments;
  private final Exports exports;
  private final DraftPreviews previews;
  private final Tenants tenants;
  private final Clock clock;

  DocumentPages(Invoices invoices, Closing closing, Payments payments, Exports exports,
      DraftPreviews previews, Tenants tenants, Clock clock) {
    this.invoices = invoices;
    this.closing = closing;
    this.payments = payments;
    this.exports = exports;
    this.previews = previews;
    this.tenants = tenants;
    this.clock = clock;
  }

  @GetMapping("/console/invoices")
  String list(@RequestParam(defaultValue = "") String month, @RequestParam(defaultValue = "") String state,
      HttpServletRequest request, Model model) {
    YearMonth shown = month(month);
    State only = Arrays.stream(State.values()).filter(one -> one.name().equals(state)).findFirst()
        .orElse(null);
    Asked<Invoices.Order> asked = Asked.of(request, Invoices.Order.DRAFTED, true);
    Table<Invoice> documents = asked
        .table(invoices.list(new Filter(null, shown, only, false), asked.slice()), Invoice::id);
    model.addAttribute("month", shown);
    model.addAttribute("state", only == null ? "" : only.name());
    model.addAttribute("states", State.values());
    model.addAttribute("documents", documents);
    model.addAttribute("names", names(documents.rows().stream().map(Invoice::tenant)));
    model.addAttribute("drafts", anyOf(shown, State.DRAFT));
    model.addAttribute("any", anyOf(shown, null));
    model.addAttribute("exportable", invoices.isAnyExported(shown, null));
    model.addAttribute("leftOut", exports.drafts(shown, null));
    model.addAttribute("ended",
        !shown.atEndOfMonth().isAfter(clock.instant().atOffset(ZoneOffset.UTC).toLocalDate()));
    tellProgress(shown, model);
    overdue(request, model);
    return "console/invoices";
  }

  /** Of all months: the longest overdue first, unless another order is asked for. */
  private void overdue(HttpServletRequest request, Model model) {
    Asked<Payments.OverdueOrder> asked = Asked.of(request, "overdue", Payments.OverdueOrder.DUE, false);
    Table<Payments.Overdue> overdue = asked.table(
        payments.overdue(clock.instant().atOffset(ZoneOffset.UTC).toLocalDate(), asked.slice()),
        Payments.Overdue::invoice);
    model.addAttribute("overdue", overdue);
    model.addAttribute("overdueNames", names(overdue.rows().stream().map(Payments.Overdue::tenant)));
  }

  private boolean anyOf(YearMonth month, @Nullable State state) {
    return !invoices.list(new Filter(null, month, state, false), 1, null).isEmpty();
  }

  /** Asked for again and again while a close runs. */
  @GetMapping("/console/invoices/progress")
  String progress(@RequestParam String month, Model model) {
    YearMonth shown = month(month);
    model.addAttribute("month", shown);
    tellProgress(shown, model);
    return "console/invoices :: progress";
  }

  private void tellProgress(YearMonth month, Model model) {
    closing.progress(month).ifPresent(progress -> {
      model.addAttribute("progress", progress);
      model.addAttribute("setAsideNames", names(progress.setAside().stream().map(Closing.SetAside::tenant)));
    });
  }

  @GetMapping("/console/invoices/{invoice}")
  String document(@PathVariable UUID invoice, Model model) {
    Invoice found = found(invoice);
    model.addAttribute("invoice", found);
    model.addAttribute("name", tenants.find(found.tenant()).map(Tenant::name).orElse(""));
    return "console/invoice";
  }

  /** Of a draft, how it would look if it were finalised now. */
  @GetMapping("/console/invoices/{invoice}/pdf")
  void pdf(@PathVariable UUID invoice, HttpServletResponse response) throws IOException {
    Invoice found = found(invoice);
    Invoice.Issue issue = found.issue();
    var file = new ByteArrayOutputStream();
    Exports.Outcome outcome = issue == null ? previews.pdf(found.id(), file)
        : exports.document(found.id(), Format.PDF, file);
    if (outcome instanceof Exports.Outcome.Refused) {
      response.sendRedirect("/console/invoices/" + invoice + "?done=no-preview");
      return;
    }
    answer(response, "application/pdf", (issue == null ? "draft-" + invoice : issue.number()) + ".pdf");
    response.setContentLength(file.size());
    file.writeTo(response.getOutputStream());
  }

  /**
   * Streamed as it is written, so it has no length beforehand. Where the month cannot be exported, its page says why, and what
   * can be done.
   */
  @GetMapping("/console/invoices/export")
  @Nullable
  String export(@RequestParam YearMonth month, HttpServletRequest request, HttpServletResponse response,
      Model model) throws IOException {
    var archive = new Download(response, "application/zip", "tollgate-" + month + ".zip");
    return switch (exports.month(month, null, EnumSet.allOf(Format.class), archive)) {
      case Exports.Outcome.Written _ -> {
        archive.flush();
        yield null;
      }
      case Exports.Outcome.Refused(String rule, String instead) -> {
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        model.addAttribute("refused", Form.Problem.of(rule + " " + instead));
        yield list(month.toString(), "", request, model);
      }
    };
  }

  private static void answer(HttpServletResponse response, String type, String name) {
    response.setContentType(type);
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
        ContentDisposition.attachment().filename(name).build().toString());
  }

  private Map<String, String> names(Stream<TenantId> ids) {
    return ids.distinct().collect(
        Collectors.toMap(TenantId::toString, id -> tenants.find(id).map(Tenant::name).orElse("")));
  }

  private Invoice found(UUID invoice) {
    return invoices.find(new InvoiceId(invoice)).orElseThrow(PageException.NotFound::new);
  }

  /** The month before this one, if nothing or no month is asked for: it is the one that is to be closed. */
  private YearMonth month(String text) {
    try {
      return BilledMonth.parse(text);
    } catch (DateTimeException e) {
      return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).minusMonths(1);
    }
  }
}
