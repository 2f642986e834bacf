package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Filter;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Invoices.Recomputation;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.invoicing.DocumentCards.InvoiceCard;
import dev.tollgate.gateway.management.invoicing.DocumentCards.InvoiceRow;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.LargeAmount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Invoices and credit notes. People of the tenant see what is issued; drafts are the operator's. */
@ManagementController
class InvoicesController {

  /** Where the fields that billing names stand in the body. */
  private static final Map<String, String> POINTERS = Map.of("net", "/net/amount", "reason", "/reason");

  private final Invoices invoices;
  private final Documents documents;
  private final Cards cards;

  InvoicesController(Invoices invoices, Documents documents, Cards cards) {
    this.invoices = invoices;
    this.documents = documents;
    this.cards = cards;
  }

  /** {@code net} is before tax. What is beyond what is open is kept to the tenant's credit. */
  record NewCreditNote(LargeAmount net, String reason) {}

  record Replacement(String reason) {}

  /** What usage records add up to against what the invoice says; amounts are in the unit of the fund. */
  record RecomputedGroup(String what, String recordsTokens, String invoiceTokens, String recordsAmount,
      String invoiceAmount) {}

  /** A sum or a hash that is not what the document's lines and words make. */
  record RecomputedSum(String what, String recomputed, String invoiced) {}

  /** {@code compared} are some of usage, commitments, sums and content. */
  record RecomputationCard(boolean exact, long lines, List<String> compared, Amount records, Amount invoice,
      List<RecomputedGroup> differences, List<RecomputedSum> mismatches) {}

  /** Of all tenants, the latest first. */
  @GetMapping("/invoices")
  Page<InvoiceRow> list(PageRequest page, @RequestParam(required = false) @Nullable YearMonth month,
      @RequestParam(required = false) @Nullable String state) {
    return page(page, new Filter(null, month, Documents.state(state), false));
  }

  /** The latest first. */
  @GetMapping("/tenants/{tenant}/invoices")
  Page<InvoiceRow> ofTenant(Tenant tenant, PageRequest page,
      @RequestParam(required = false) @Nullable YearMonth month,
      @RequestParam(required = false) @Nullable String state) {
    return page(page, new Filter(tenant.id(), month, Documents.state(state), !Documents.showsDrafts()));
  }

  private Page<InvoiceRow> page(PageRequest page, Filter filter) {
    InvoiceId after = Optional.ofNullable(page.afterId()).map(InvoiceId::new).orElse(null);
    return page.page(invoices.list(filter, page.limitAndOne(), after), InvoiceRow::of, Invoice::id);
  }

  @GetMapping("/tenants/{tenant}/invoices/{invoice}")
  ResponseEntity<InvoiceCard> read(Tenant tenant, @PathVariable UUID invoice) {
    return cards.ok(InvoiceCard.of(documents.found(tenant, invoice)));
  }

  /** Adds up the usage records behind it again, and compares what follows from them and the document with itself. */
  @GetMapping("/tenants/{tenant}/invoices/{invoice}/recomputation")
  ResponseEntity<RecomputationCard> recompute(Tenant tenant, @PathVariable UUID invoice) {
    Invoice document = documents.found(tenant, invoice);
    Recomputation result = invoices.recompute(document.id());
    String currency = document.currency();
    return cards.ok(new RecomputationCard(result.exact(), result.lines(),
        result.compared().stream().map(Wire::name).toList(),
        Amount.of(currency, result.recordsPico()), Amount.of(currency, result.invoicePico()),
        result.differences().stream()
            .map(each -> new RecomputedGroup(each.what(), each.recordsTokens().toString(),
                each.invoiceTokens().toString(), each.recordsAmount().toString(),
                each.invoiceAmount().toString()))
            .toList(),
        result.mismatches().stream()
            .map(each -> new RecomputedSum(each.what(), each.recomputed(), each.invoiced())).toList()));
  }

  /** Gives a draft its number and fixes it for good. */
  @RequiresIfMatch
  @PostMapping("/tenants/{tenant}/invoices/{invoice}/finalise")
  ResponseEntity<InvoiceCard> finalise(Tenant tenant, @PathVariable UUID invoice, HttpServletRequest request,
      Change change) {
    InvoiceCard before = seen(tenant, invoice, request);
    return changed("invoice.finalise", before,
        invoices.finalise(new InvoiceId(invoice), Actor.current().title()), change);
  }

  /** Writes a draft anew, with adjustments that have come since. */
  @PostMapping("/tenants/{tenant}/invoices/{invoice}/redraft")
  ResponseEntity<InvoiceCard> redraft(Tenant tenant, @PathVariable UUID invoice, Change change) {
    InvoiceCard before = InvoiceCard.of(documents.found(tenant, invoice));
    return changed("invoice.redraft", before, invoices.redraft(new InvoiceId(invoice)), change);
  }

  /** The answer is the credit note. */
  @PostMapping("/tenants/{tenant}/invoices/{invoice}/credit-notes")
  ResponseEntity<InvoiceCard> credit(Tenant tenant, @PathVariable UUID invoice, @Body NewCreditNote wanted,
      Change change) {
    Invoice document = documents.found(tenant, invoice);
    long net = Documents.coins(document, wanted.net(), "/net");
    Invoice note = done(invoices.credit(document.id(), net, wanted.reason(), Actor.current().title()));
    change.record("invoice.credit", note.id(), null, InvoiceRow.of(note));
    return created(tenant, note);
  }

  /** Cancels an invoice on which nothing was paid or credited, and drafts another one: the answer. */
  @RequiresIfMatch
  @PostMapping("/tenants/{tenant}/invoices/{invoice}/replacements")
  ResponseEntity<InvoiceCard> replace(Tenant tenant, @PathVariable UUID invoice, @Body Replacement wanted,
      HttpServletRequest request, Change change) {
    InvoiceCard before = seen(tenant, invoice, request);
    Invoice draft = done(invoices.replace(new InvoiceId(invoice), wanted.reason(), Actor.current().title()));
    change.record("invoice.replace", before.id(), before, InvoiceRow.of(draft));
    return created(tenant, draft);
  }

  private InvoiceCard seen(Tenant tenant, UUID invoice, HttpServletRequest request) {
    InvoiceCard before = InvoiceCard.of(documents.found(tenant, invoice));
    cards.requireSeen(request, before);
    return before;
  }

  private ResponseEntity<InvoiceCard> changed(String action, InvoiceCard before, Outcome outcome,
      Change change) {
    InvoiceCard after = InvoiceCard.of(done(outcome));
    change.record(action, before.id(), before, after);
    return cards.ok(after);
  }

  private ResponseEntity<InvoiceCard> created(Tenant tenant, Invoice document) {
    return cards.createdAt("/api/v1/tenants/" + tenant.id() + "/invoices/" + document.id(),
        InvoiceCard.of(document));
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused(String field, String rule, String instead, boolean conflict) ->
        throw Refusals.of(POINTERS.getOrDefault(field, ""), rule, instead, conflict);
    };
  }
}
