package dev.tollgate.billing.invoicing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.Recording;
import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Party;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who can be taxed how: what e-invoices ask of both sides. */
class PartyRulesTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      # issuer's tax id | buyer's tax id | buyer's registration | tax            | the field that is refused
      DE123456789       |                |                      | STANDARD       |
      12/345/67890      |                |                      | STANDARD       |
                        | FR12345678901  |                      | STANDARD       | tax.kind
      DE123456789       | FR12345678901  |                      | REVERSE_CHARGE |
      DE123456789       |                | 552 100 554 R.C.S.   | REVERSE_CHARGE |
      DE123456789       | 12345678901    | 552 100 554 R.C.S.   | REVERSE_CHARGE |
      DE123456789       |                |                      | REVERSE_CHARGE | taxId
      DE123456789       | 12345678901    |                      | REVERSE_CHARGE | taxId
      DE123456789       | ABN51824753556 |                      | REVERSE_CHARGE | taxId
      DE123456789       | EU372000000    |                      | REVERSE_CHARGE | taxId
      DE123456789       | ABN51824753556 | ACN 004 085 616      | REVERSE_CHARGE |
      DE123456789       | EL123456789    |                      | REVERSE_CHARGE |
      DE123456789       | XI123456789    |                      | REVERSE_CHARGE |
      ABN51824753556    | FR12345678901  |                      | REVERSE_CHARGE |
                        | FR12345678901  |                      | REVERSE_CHARGE | tax.kind
      DE123456789       |                |                      | EXEMPT         |
                        |                |                      | EXEMPT         | tax.kind
                        |                |                      | OUTSIDE_SCOPE  |
      """)
  void whoIsTaxedHasWhatItsInvoicesMustSay(@Nullable String seller, @Nullable String buyer,
      @Nullable String registration, TaxKind kind, @Nullable String field) {
    var refused = PartyRules.violation(profile(party(buyer, registration), kind), issuer(seller));
    assertThat(refused.map(Recording.Refused::field).orElse(null)).isEqualTo(field);
    assertThat(refused.map(Recording.Refused::rule).orElse("EN 16931")).contains("EN 16931");
  }

  @Test
  void anIssuerKeepsItsTaxIdWhileATenantIsTaxed() {
    try (var database = TestPostgres.migrated().pool(1)) {
      var profiles = new StoredProfiles(database);
      var tenant = new TenantId(UUID.randomUUID());
      assertThat(profiles.issue(issuer(null))).isEqualTo(new Recording.Recorded());
      assertThat(profiles.record(tenant, profile(party(null, null), TaxKind.STANDARD)))
          .isInstanceOfSatisfying(Recording.Refused.class,
              refused -> assertThat(refused.field()).isEqualTo("tax.kind"));
      assertThat(profiles.of(tenant)).isEmpty();
      assertThat(profiles.issue(issuer("DE123456789"))).isEqualTo(new Recording.Recorded());
      assertThat(profiles.record(tenant, profile(party(null, null), TaxKind.STANDARD)))
          .isEqualTo(new Recording.Recorded());
      assertThat(profiles.issue(issuer(null))).isInstanceOfSatisfying(Recording.Refused.class,
          refused -> assertThat(refused.field()).isEqualTo("taxId"));
      assertThat(profiles.issuer(BillingProfiles.MAIN_ISSUER)).contains(issuer("DE123456789"));
      assertThat(profiles.record(tenant, profile(party(null, null), TaxKind.OUTSIDE_SCOPE)))
          .isEqualTo(new Recording.Recorded());
      assertThat(profiles.issue(issuer(null))).isEqualTo(new Recording.Recorded());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a@b\u0001.example", "a@b\uFFFF.example", "a@b\u000B.example"})
  void anAddressForMailIsWithoutControlCharacters(String email) {
    assertThat(PartyRules.violation(profile(writtenTo(email, "Example"), TaxKind.STANDARD)))
        .map(Recording.Refused::field).hasValue("email");
  }

  @Test
  void whatNoDocumentCanHoldIsRefusedInNamesAndNotes() {
    assertThat(PartyRules.violation(profile(writtenTo("a@b.example", "Exa\uFFFFmple"), TaxKind.STANDARD)))
        .map(Recording.Refused::field).hasValue("name");
    var noted = new Profile(BillingProfiles.MAIN_ISSUER, party(null, null),
        TaxRule.outsideScope("Not\u000Btaxed"), 14);
    assertThat(PartyRules.violation(noted))
        .hasValue(new Recording.Refused("tax.note", "must be without control characters"));
  }

  @Test
  void namesAreOfLettersThatThereAre() {
    try (var database = TestPostgres.migrated().pool(1)) {
      var profiles = new StoredProfiles(database,
          text -> text.codePoints().filter(each -> each > 0xFF).findFirst());
      assertThat(profiles.issue(issuer("DE123456789"))).isEqualTo(new Recording.Recorded());
      var tenant = new TenantId(UUID.randomUUID());
      assertThat(profiles.record(tenant, profile(writtenTo("a@b.example", "Exa가mple"), TaxKind.STANDARD)))
          .isEqualTo(new Recording.Refused("name",
              "must be without 가/U+00AC00, which no font of the documents has"));
      assertThat(profiles.record(tenant, profile(writtenTo("a@b.example", "Exämple"), TaxKind.STANDARD)))
          .isEqualTo(new Recording.Recorded());
    }
  }

  @Test
  void noTwoIssuersCanGiveOutTheSameNumber() {
    try (var database = TestPostgres.migrated().pool(1)) {
      var profiles = new StoredProfiles(database);
      assertThat(profiles.issue(numbered("main", "X"))).isEqualTo(new Recording.Recorded());
      for (String taken : List.of("X", "XC")) {
        assertThat(profiles.issue(numbered("other", taken))).isInstanceOfSatisfying(Recording.Refused.class,
            refused -> assertThat(refused.field()).isEqualTo("numberPrefix"));
      }
      assertThat(profiles.issuer("other")).isEmpty();
      assertThat(profiles.issue(numbered("main", "X"))).isEqualTo(new Recording.Recorded());
      // The numbers of its credit notes begin so.
      assertThat(profiles.issue(numbered("main", "XC"))).isInstanceOf(Recording.Refused.class);
      assertThat(profiles.issue(numbered("main", "Y"))).isEqualTo(new Recording.Recorded());
      assertThat(profiles.issue(numbered("other", "X"))).isInstanceOf(Recording.Refused.class);
      assertThat(profiles.issue(numbered("other", ""))).isEqualTo(new Recording.Recorded());
      assertThat(profiles.issue(numbered("third", ""))).isInstanceOf(Recording.Refused.class);
      assertThat(profiles.issue(numbered("third", "C"))).isInstanceOf(Recording.Refused.class);
      assertThat(profiles.issue(numbered("main", "X"))).isEqualTo(new Recording.Recorded());
      assertThatThrownBy(() -> JdbcClient.create(database)
          .sql("UPDATE billing.issuer SET number_prefix = 'X' WHERE code = 'other'").update())
          .isInstanceOf(DuplicateKeyException.class);
    }
  }

  private static Issuer numbered(String code, String prefix) {
    return new Issuer(code, party("DE123456789", null), ZoneOffset.UTC, prefix);
  }

  private static Party writtenTo(String email, String name) {
    return new Party(name, "1 High Street", "", "75002", "Paris", "FR", null, null, email, null, null);
  }

  private static Issuer issuer(@Nullable String taxId) {
    return new Issuer(BillingProfiles.MAIN_ISSUER, party(taxId, null), ZoneOffset.UTC, "INV-");
  }

  private static Profile profile(Party party, TaxKind kind) {
    boolean charged = kind == TaxKind.STANDARD;
    return new Profile(BillingProfiles.MAIN_ISSUER, party,
        new TaxRule(kind, charged ? 1_900 : 0, charged ? null : "Not taxed"), 14);
  }

  private static Party party(@Nullable String taxId, @Nullable String registration) {
    return new Party("Example", "1 High Street", "", "75002", "Paris", "FR", taxId, registration,
        "accounts@example.com", null, null);
  }
}
