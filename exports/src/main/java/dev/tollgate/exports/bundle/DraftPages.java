package dev.tollgate.exports.bundle;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.exports.DraftPreviews;
import dev.tollgate.exports.Exports.Outcome;
import dev.tollgate.exports.pdf.InvoicePdf;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/** Puts under a draft what finalising it now would: who bills whom, and the dates. */
public final class DraftPages implements DraftPreviews {

  private static final String NUMBER = "DRAFT";

  private final Invoices invoices;
  private final BillingProfiles profiles;
  private final InvoicePdf pages;
  private final Clock clock;

  public DraftPages(Invoices invoices, BillingProfiles profiles, InvoicePdf pages, Clock clock) {
    this.invoices = invoices;
    this.profiles = profiles;
    this.pages = pages;
    this.clock = clock;
  }

  @Override
  public Outcome pdf(InvoiceId id, OutputStream file) throws IOException {
    Optional<Invoice> draft = invoices.find(id).filter(one -> one.state() == State.DRAFT);
    if (draft.isEmpty()) {
      return new Outcome.Refused("There is no draft " + id, "List those of a tenant or of a month");
    }
    Optional<Profile> profile = profiles.of(draft.get().tenant());
    Optional<Issuer> issuer = profile.flatMap(one -> profiles.issuer(one.issuer()));
    if (profile.isEmpty() || issuer.isEmpty()) {
      return new Outcome.Refused("The tenant has no billing profile", "Record one, and write the draft anew");
    }
    if (draft.get().tax() == null) {
      return new Outcome.Refused("The draft was written before the tenant had a billing profile",
          "Write the draft anew");
    }
    file.write(pages.of(issued(draft.get(), profile.get(), issuer.get())));
    return new Outcome.Written(1, 0);
  }

  private Invoice issued(Invoice draft, Profile profile, Issuer issuer) {
    Instant now = clock.instant();
    LocalDate today = now.atZone(issuer.zone()).toLocalDate();
    var issue = new Issue(NUMBER, today, today.plusDays(profile.paymentDays()), now, "", issuer.party(),
        profile.party(), "",
        new Invoice.ExportMonth(draft.month(), new Invoice.Span(draft.from(), draft.until())));
    return new Invoice(draft.id(), draft.tenant(), draft.kind(), draft.state(), draft.month(), draft.from(),
        draft.until(), draft.currency(), draft.minorDigits(), issue, draft.corrects(), draft.reason(),
        draft.tax(), draft.totals(), draft.lines());
  }
}
