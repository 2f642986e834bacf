package dev.tollgate.gateway.management.oversight;

import dev.tollgate.billing.LedgerEntries;
import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The ledger's postings, to look through. */
@ManagementController
class LedgerController {

  private final LedgerEntries ledger;

  LedgerController(LedgerEntries ledger) {
    this.ledger = ledger;
  }

  /**
   * What moved from one account of a tenant to another.
   *
   * @param unit a currency, counted in 10^-12 of it; TOKEN; or PACK, in thousandths of a pack token
   */
  record PostingRow(String id, UUID batch, Instant postedAt, UUID tenant, String debit, String credit,
      String unit, String amount, String reason, @Nullable String reference) {

    static PostingRow of(Posting posting) {
      return new PostingRow(Long.toString(posting.id()), posting.batch(), posting.postedAt(),
          posting.tenant().value(), posting.debit(), posting.credit(), posting.unit(),
          posting.amount().toString(), posting.reason(), posting.reference());
    }
  }

  /** The latest first; of all tenants, or of one. */
  @GetMapping("/ledger")
  Page<PostingRow> list(PageRequest page, @RequestParam(required = false) @Nullable UUID tenant) {
    Long after = page.afterNumber();
    var slice = new Slice<>(LedgerEntries.Order.WHEN, true, null, after == null ? null : after.toString(),
        page.limitAndOne());
    return page.page(ledger.list(tenant == null ? null : new TenantId(tenant), slice), PostingRow::of,
        Posting::id);
  }
}
