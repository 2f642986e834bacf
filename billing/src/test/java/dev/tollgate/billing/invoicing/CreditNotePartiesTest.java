package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.Recording;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Party;
import dev.tollgate.tenants.TenantId;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who takes back what an invoice charged, once somebody else bills the tenant or the tenant is taxed otherwise. */
class CreditNotePartiesTest {

  private static final Party UNTAXED = new Party("Tollgate Operating Inc.", "1 Main Street", "", "94105",
      "San Francisco", "US", null, null, "billing@tollgate.example", null, null);

  private final Office office = new Office();
  private final TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  private Invoice nineDollars(Party customer, TaxRule tax) {
    office.profile(tenant, customer, tax);
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-02T12:00:00Z");
    office.close(SEPTEMBER);
    return done(office.invoices.finalise(office.only(tenant).id(), "accountant"));
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static Issue issue(Invoice invoice) {
    return Objects.requireNonNull(invoice.issue());
  }

  private void record(Recording recorded) {
    assertThat(recorded).isEqualTo(new Recording.Recorded());
  }

  private void moveTo(String issuer, Party seller, ZoneId zone, String prefix) {
    record(office.profiles.issue(new Issuer(issuer, seller, zone, prefix)));
    record(office.profiles.record(tenant,
        new Profile(issuer, Office.CUSTOMER, TaxRule.outsideScope("Not taxable"), 30)));
  }

  private static void assertOfTheSame(Invoice note, Invoice invoice) {
    assertThat(issue(note).seller()).isEqualTo(issue(invoice).seller());
    assertThat(issue(note).buyer()).isEqualTo(issue(invoice).buyer());
    assertThat(note.tax()).isEqualTo(invoice.tax());
  }

  @Test
  void aNoteIsOfTheIssuerWhoChargedTheTaxInItsNumbersAndOnItsDay() {
    Invoice invoice = nineDollars(Office.CUSTOMER, TaxRule.standard(1_900));
    // Where it is still the last day of the year before.
    moveTo("us", UNTAXED, ZoneId.of("Pacific/Honolulu"), "US-");
    office.at("2027-01-01T01:00:00Z");
    Invoice note = done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    assertOfTheSame(note, invoice);
    assertThat(note.totals().tax()).isEqualTo(19);
    assertThat(issue(note).number()).isEqualTo("INV-C2027-000001");
    assertThat(issue(note).issuedOn()).isEqualTo(LocalDate.of(2027, 1, 1));
  }

  @Test
  void aNoteIsToTheRecipientWhoAccountsForTheTax() {
    Invoice invoice = nineDollars(Office.BUSINESS, TaxRule.reverseCharge());
    office.profile(tenant, Office.CUSTOMER, TaxRule.standard(1_900));
    Invoice note = done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    assertOfTheSame(note, invoice);
    assertThat(issue(note).buyer().taxId()).isEqualTo("FR12345678901");
  }

  @Test
  void aReplacementIsOfWhoeverBillsTheTenantNowAndItsCancellationIsNot() {
    Invoice invoice = nineDollars(Office.CUSTOMER, TaxRule.standard(1_900));
    moveTo("us", UNTAXED, ZoneOffset.UTC, "US-");
    Invoice draft = done(office.invoices.replace(invoice.id(), "Billed by the wrong company", "support"));
    Invoice replacement = done(office.invoices.finalise(draft.id(), "accountant"));
    assertThat(issue(replacement).seller()).isEqualTo(UNTAXED);
    assertThat(issue(replacement).number()).isEqualTo("US-2026-000001");
    assertThat(replacement.totals().tax()).isZero();
    assertThat(replacement.totals().due()).isEqualTo(900);
    Invoice cancellation = office.invoices.of(tenant).stream()
        .filter(each -> each.kind() == Kind.CREDIT_NOTE).findFirst().orElseThrow();
    assertOfTheSame(cancellation, invoice);
    assertThat(issue(cancellation).number()).isEqualTo("INV-C2026-000001");
  }
}
