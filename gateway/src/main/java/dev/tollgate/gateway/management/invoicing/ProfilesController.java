package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.Recording;
import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Party;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;

/** What invoices say about tenants and about who issues them. */
@ManagementController
class ProfilesController {

  private static final Map<String, String> POINTERS = Map.of("tax.basisPoints", "/taxBasisPoints", "tax.note",
      "/taxNote", "tax.kind", "/taxKind");

  private final BillingProfiles profiles;
  private final Cards cards;

  ProfilesController(BillingProfiles profiles, Cards cards) {
    this.profiles = profiles;
    this.cards = cards;
  }

  /**
   * {@code issuer} is {@code main} if absent. {@code taxBasisPoints} are hundredths of a percent, and 0 where no tax is
   * charged; {@code taxNote} then says why. {@code paymentDays} are 14 if absent.
   */
  record ProfileChange(@Nullable String issuer, String name, @Nullable String street,
      @Nullable String street2,
      @Nullable String postalCode, String city, String country, @Nullable String taxId,
      @Nullable String registration, String email, TaxKind taxKind, @Nullable Integer taxBasisPoints,
      @Nullable String taxNote, @Nullable Integer paymentDays) {

    private static final int USUAL_DAYS = 14;

    Profile profile() {
      return new Profile(issuer == null ? MAIN_ISSUER : issuer,
          new Party(name, or(street, ""), or(street2, ""), or(postalCode, ""), city, country, taxId,
              registration,
              email, null, null),
          new TaxRule(taxKind, taxBasisPoints == null ? 0 : taxBasisPoints, note()),
          paymentDays == null ? USUAL_DAYS : paymentDays);
    }

    private @Nullable String note() {
      return taxNote == null && taxKind == TaxKind.REVERSE_CHARGE ? TaxRule.REVERSE_CHARGE_NOTE : taxNote;
    }
  }

  /** All null while nothing is recorded. */
  record ProfileCard(@Nullable String issuer, @Nullable String name, @Nullable String street,
      @Nullable String street2, @Nullable String postalCode, @Nullable String city, @Nullable String country,
      @Nullable String taxId, @Nullable String registration, @Nullable String email,
      @Nullable String taxKind,
      @Nullable Integer taxBasisPoints, @Nullable String taxNote, @Nullable Integer paymentDays) {

    private static final ProfileCard NONE = new ProfileCard(null, null, null, null, null, null, null, null,
        null,
        null, null, null, null, null);

    static ProfileCard of(Profile profile) {
      Party party = profile.party();
      return new ProfileCard(profile.issuer(), party.name(), party.street(), party.street2(),
          party.postalCode(),
          party.city(), party.country(), party.taxId(), party.registration(), party.email(),
          Wire.name(profile.tax().kind()),
          profile.tax().basisPoints(), profile.tax().note(), profile.paymentDays());
    }
  }

  /** {@code zone} tells the date of documents; {@code numberPrefix} begins their numbers. */
  record IssuerChange(String name, @Nullable String street, @Nullable String street2,
      @Nullable String postalCode,
      String city, String country, @Nullable String taxId, @Nullable String registration, String email,
      @Nullable String iban, @Nullable String bic, ZoneId zone, @Nullable String numberPrefix) {

    Issuer issuer(String code) {
      return new Issuer(code,
          new Party(name, or(street, ""), or(street2, ""), or(postalCode, ""), city, country, taxId,
              registration,
              email, iban, bic),
          zone, or(numberPrefix, ""));
    }
  }

  /** All but the code null while nothing is recorded. */
  record IssuerCard(String code, @Nullable String name, @Nullable String street, @Nullable String street2,
      @Nullable String postalCode, @Nullable String city, @Nullable String country, @Nullable String taxId,
      @Nullable String registration, @Nullable String email, @Nullable String iban, @Nullable String bic,
      @Nullable String zone, @Nullable String numberPrefix) {

    static IssuerCard of(Issuer issuer) {
      Party party = issuer.party();
      return new IssuerCard(issuer.code(), party.name(), party.street(), party.street2(), party.postalCode(),
          party.city(), party.country(), party.taxId(), party.registration(), party.email(), party.iban(),
          party.bic(), issuer.zone().getId(), issuer.numberPrefix());
    }

    static IssuerCard none(String code) {
      return new IssuerCard(code, null, null, null, null, null, null, null, null, null, null, null, null,
          null);
    }
  }

  private static final String MAIN_ISSUER = BillingProfiles.MAIN_ISSUER;

  private static String or(@Nullable String value, String absent) {
    return value == null ? absent : value;
  }

  @GetMapping("/tenants/{tenant}/billing-profile")
  ResponseEntity<ProfileCard> read(Tenant tenant) {
    return cards.ok(card(tenant));
  }

  /** From the next document that is finalised on. */
  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/billing-profile")
  ResponseEntity<ProfileCard> record(Tenant tenant, @Body ProfileChange wanted, HttpServletRequest request,
      Change change) {
    ProfileCard before = card(tenant);
    cards.requireSeen(request, before);
    requireRecorded(profiles.record(tenant.id(), wanted.profile()));
    ProfileCard after = card(tenant);
    change.record("billing-profile.set", tenant.id(), before, after);
    return cards.ok(after);
  }

  private ProfileCard card(Tenant tenant) {
    Optional<Profile> profile = profiles.of(tenant.id());
    return profile.map(ProfileCard::of).orElse(ProfileCard.NONE);
  }

  @GetMapping("/issuers/{code}")
  ResponseEntity<IssuerCard> readIssuer(@PathVariable String code) {
    return cards.ok(issuer(code));
  }

  @RequiresIfMatch
  @PutMapping("/issuers/{code}")
  ResponseEntity<IssuerCard> recordIssuer(@PathVariable String code, @Body IssuerChange wanted,
      HttpServletRequest request, Change change) {
    IssuerCard before = issuer(code);
    cards.requireSeen(request, before);
    requireRecorded(profiles.issue(wanted.issuer(code)));
    IssuerCard after = issuer(code);
    change.record("issuer.set", code, before, after);
    return cards.ok(after);
  }

  private IssuerCard issuer(String code) {
    return profiles.issuer(code).map(IssuerCard::of).orElseGet(() -> IssuerCard.none(code));
  }

  private static void requireRecorded(Recording outcome) {
    if (outcome instanceof Recording.Refused(String field, String rule)) {
      throw Rejection.invalid(POINTERS.getOrDefault(field, "/" + field), rule);
    }
  }
}
