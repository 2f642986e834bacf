package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.Payments.Outcome;
import dev.tollgate.billing.Payments.Overdue;
import dev.tollgate.billing.Payments.Payment;
import dev.tollgate.billing.Payments.Settled;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.invoicing.DocumentCards.InvoiceRow;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.LargeAmount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Money that comes in for invoices, and goes back. */
@ManagementController
class PaymentsController {

  /** Where the fields that billing names stand in the body. */
  private static final Map<String, String> POINTERS = Map.of("amount", "/amount/amount", "currency",
      "/amount/currency", "reference", "/reference");

  private final Payments payments;
  private final Invoices invoices;
  private final Documents documents;
  private final Clock clock;

  PaymentsController(Payments payments, Invoices invoices, Documents documents, Clock clock) {
    this.payments = payments;
    this.invoices = invoices;
    this.documents = documents;
    this.clock = clock;
  }

  /** {@code reference} is that of the bank or the payment provider; the same one again records nothing more. */
  record NewPayment(LargeAmount amount, String reference) {}

  /** A refund's amount is negative. A credit note takes off what is open like a payment. */
  record SettledCard(String kind, Amount amount, String reference, String recordedBy,
      Instant recordedAt) {}

  record OverdueRow(UUID id, UUID tenant, String number, LocalDate dueOn, Amount open) {}

  /** Invoices on which something is open although they were due before today (UTC), the longest overdue first. */
  @GetMapping("/overdue-invoices")
  Page<OverdueRow> overdue(PageRequest page) {
    return page.sorted(payments.overdue(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)), this::row,
        overdue -> SortKey.of(overdue.dueOn(), overdue.number(), overdue.invoice()));
  }

  private OverdueRow row(Overdue overdue) {
    Invoice invoice = invoices.find(overdue.invoice()).orElseThrow();
    return new OverdueRow(overdue.invoice().value(), overdue.tenant().value(), overdue.number(),
        overdue.dueOn(),
        DocumentCards.amount(invoice, overdue.open()));
  }

  /** What settled an invoice after it was finalised, the oldest first. */
  @GetMapping("/tenants/{tenant}/invoices/{invoice}/payments")
  Page<SettledCard> list(Tenant tenant, @PathVariable UUID invoice, PageRequest page) {
    Invoice document = documents.found(tenant, invoice);
    return page.sorted(payments.of(document.id()), each -> card(document, each),
        each -> SortKey.of(each.recordedAt(), each.kind(), each.reference()));
  }

  private static SettledCard card(Invoice document, Settled settled) {
    return new SettledCard(Wire.name(settled.kind()), DocumentCards.amount(document, settled.amount()),
        settled.reference(),
        settled.recordedBy(), settled.recordedAt());
  }

  /** The answer is the invoice as it is now. */
  @PostMapping("/tenants/{tenant}/invoices/{invoice}/payments")
  ResponseEntity<InvoiceRow> pay(Tenant tenant, @PathVariable UUID invoice, @Body NewPayment wanted,
      Change change) {
    Invoice document = documents.found(tenant, invoice);
    return recorded("invoice.pay", document,
        payments.pay(document.id(), payment(document, wanted), Actor.current().title()), change);
  }

  /** Some of what was paid goes back, and the invoice is open again. */
  @PostMapping("/tenants/{tenant}/invoices/{invoice}/refunds")
  ResponseEntity<InvoiceRow> refund(Tenant tenant, @PathVariable UUID invoice, @Body NewPayment wanted,
      Change change) {
    Invoice document = documents.found(tenant, invoice);
    return recorded("invoice.refund", document,
        payments.refund(document.id(), payment(document, wanted), Actor.current().title()), change);
  }

  private static Payment payment(Invoice document, NewPayment wanted) {
    return new Payment(wanted.amount().currency(), Documents.coins(document, wanted.amount(), "/amount"),
        wanted.reference());
  }

  private static ResponseEntity<InvoiceRow> recorded(String action, Invoice before, Outcome outcome,
      Change change) {
    InvoiceRow after = switch (outcome) {
      case Outcome.Recorded(Invoice document) -> InvoiceRow.of(document);
      case Outcome.Refused(String field, String rule, String instead, boolean conflict) ->
        throw Refusals.of(POINTERS.getOrDefault(field, ""), rule, instead, conflict);
    };
    InvoiceId id = before.id();
    change.record(action, id, InvoiceRow.of(before), after);
    return ResponseEntity.status(HttpStatus.CREATED).body(after);
  }
}
