package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Closing.Progress;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Finalised;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.gateway.management.wire.Wire;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Billing months that are closed, one after the other. */
@ManagementController
class ClosesController {

  private final Closing closing;
  private final Invoices invoices;
  private final Cards cards;

  ClosesController(Closing closing, Invoices invoices, Cards cards) {
    this.closing = closing;
    this.invoices = invoices;
    this.cards = cards;
  }

  /** {@code withoutWaiting} goes on although instances have not said that they settled everything. */
  record NewClose(YearMonth month, @Nullable Boolean withoutWaiting) {}

  /**
   * How far a close is. {@code stretches} of usage are rolled up first, then tenants get their drafts. Times are in
   * seconds; {@code remaining} is null where it cannot be told. {@code setAside} are the first of the
   * {@code tenantsSetAside}, whose drafts could not be written and are tried again, now and then and whenever the month is
   * closed again; it stays open until they are there.
   */
  record CloseCard(YearMonth month, String stage, long stretches, long stretchesDone, long tenants,
      long tenantsDone,
      long tenantsPerMinute, long elapsed, @Nullable Long remaining, long tenantsSetAside,
      List<TenantSetAside> setAside) {

    static CloseCard of(Progress progress) {
      return new CloseCard(progress.month(), Wire.name(progress.stage()), progress.stretches(),
          progress.stretchesDone(),
          progress.tenants(), progress.tenantsDone(), progress.tenantsPerMinute(),
          progress.elapsed().toSeconds(),
          progress.remaining().map(Duration::toSeconds).orElse(null), progress.tenantsSetAside(),
          progress.setAside().stream().map(each -> new TenantSetAside(each.tenant().value(), each.why()))
              .toList());
    }
  }

  /** {@code why} is what failed, for whoever can mend it. */
  record TenantSetAside(UUID tenant, String why) {}

  /** A month that has ended for some tenant and is not closed for it. */
  record DueMonth(YearMonth month) {}

  /** {@code left} are drafts whose tenants have no billing profile. */
  record FinalisedMonth(long documents, List<UUID> left) {}

  /** All closes, the latest month first. */
  @GetMapping("/closes")
  Page<CloseCard> list(PageRequest page) {
    return page.latestFirst(closing.months(), CloseCard::of, progress -> SortKey.of(progress.month()));
  }

  /** The oldest first. */
  @GetMapping("/due-months")
  Page<DueMonth> due(PageRequest page) {
    return page.sorted(closing.due(), DueMonth::new, SortKey::of);
  }

  /** Begins, or goes on where an earlier close stopped. It is worked on in the background: see its progress. */
  @PostMapping("/closes")
  ResponseEntity<CloseCard> begin(@Body NewClose wanted, HttpServletRequest request, Change change) {
    boolean withoutWaiting = Boolean.TRUE.equals(wanted.withoutWaiting());
    CloseCard card = CloseCard
        .of(begun(closing.begin(wanted.month(), Actor.current().title(), withoutWaiting)));
    change.record(withoutWaiting ? "month.close-without-waiting" : "month.close", wanted.month(), null, card);
    return cards.created(request, wanted.month(), card);
  }

  private static Progress begun(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Drafted(Progress progress) -> progress;
      case Outcome.UnderWay(Progress progress) -> progress;
      case Outcome.Waiting waiting ->
        throw Refusals.conflict("", "Instances have not settled past the month's end",
            "It goes on without them from " + waiting.until() + " on");
      case Outcome.Refused(String rule, String instead) -> throw Refusals.conflict("/month", rule, instead);
    };
  }

  @GetMapping("/closes/{month}")
  ResponseEntity<CloseCard> read(@PathVariable YearMonth month) {
    return closing.progress(month).map(progress -> cards.ok(CloseCard.of(progress)))
        .orElseThrow(() -> Rejection.notFound("close of " + month));
  }

  /** Numbers and fixes every draft of the month whose tenant has a billing profile. */
  @PostMapping("/closes/{month}/finalise")
  FinalisedMonth finalise(@PathVariable YearMonth month, Change change) {
    if (closing.progress(month).isEmpty()) {
      throw Rejection.notFound("close of " + month);
    }
    return switch (invoices.finalise(month, Actor.current().title())) {
      case Finalised(long documents, List<InvoiceId> left) -> {
        var card = new FinalisedMonth(documents, left.stream().map(InvoiceId::value).toList());
        change.record("month.finalise", month, null, card);
        yield card;
      }
      case Invoices.Outcome.Refused(_, String rule, String instead, _) ->
        throw Refusals.conflict("", rule, instead);
    };
  }
}
