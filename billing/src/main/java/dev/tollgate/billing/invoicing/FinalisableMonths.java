package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Closing.Progress;
import dev.tollgate.billing.Invoices.Outcome.Refused;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** Which months can be finalised, and why the others cannot: drafts of a close that is under way are not all there yet. */
final class FinalisableMonths {

  private final JdbcCloseStore closes;

  FinalisableMonths(JdbcCloseStore closes) {
    this.closes = closes;
  }

  Optional<Refused> refusalToFinalise(YearMonth month) {
    Optional<CloseRow> close = closes.latest(month);
    if (close.isEmpty()) {
      List<YearMonth> closed = closes.months();
      return Optional.of(new Refused("The month " + month + " is not closed",
          closed.isEmpty() ? "Close it first" : "Close it first, or name one that is closed: " + closed));
    }
    if (close.get().draftedAt() != null) {
      return Optional.empty();
    }
    Progress progress = closes.progress(close.get());
    return Optional.of(new Refused("The close of " + month + " is still under way, with drafts for "
        + progress.tenantsDone() + " of " + progress.tenants() + " tenants",
        "Close it again until it says that it is closed, then finalise"));
  }

  /** Why nothing came of finalising a month that is closed. */
  Refused nothingToFinalise(YearMonth month, boolean anyIssued) {
    return anyIssued
        ? new Refused("All invoices of " + month + " are finalised already",
            "Export them, or correct one by a credit note")
        : new Refused("Nothing was billed in " + month, "Name another month; closed are " + closes.months());
  }
}
