package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.Recording.Refused;
import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Lettering;
import dev.tollgate.billing.Party;
import dev.tollgate.tenants.PlainText;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What names, addresses and tax settings have to look like. */
final class PartyRules {

  private static final int WHOLE = 10_000;
  private static final int LONGEST_NOTE = 500;
  private static final int LONGEST_PAYMENT_DAYS = 180;

  private PartyRules() {}

  static Optional<Refused> violation(Issuer issuer) {
    if (!issuer.code().matches("[a-z][a-z0-9-]{0,30}")) {
      return refused("code", "must be lower-case letters, digits and hyphens, at most 31");
    }
    if (!issuer.numberPrefix().matches("[A-Z0-9-]{0,12}")) {
      return refused("numberPrefix", "must be upper-case letters, digits and hyphens, at most 12");
    }
    return violation(issuer.party());
  }

  static Optional<Refused> violation(Profile profile) {
    if (profile.paymentDays() < 0 || profile.paymentDays() > LONGEST_PAYMENT_DAYS) {
      return refused("paymentDays", "must be 0 to " + LONGEST_PAYMENT_DAYS);
    }
    return violation(profile.tax()).or(() -> violation(profile.party()));
  }

  /** What is printed of somebody and of a note, field by field, has to be of letters that there are. */
  static Optional<Refused> unprintable(Party party, @Nullable String note, Lettering letters) {
    return Stream.of(printed("name", party.name(), letters), printed("street", party.street(), letters),
        printed("street2", party.street2(), letters), printed("postalCode", party.postalCode(), letters),
        printed("city", party.city(), letters), printed("taxId", party.taxId(), letters),
        printed("registration", party.registration(), letters), printed("email", party.email(), letters),
        printed("tax.note", note, letters)).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Refused> printed(String field, @Nullable String value, Lettering letters) {
    OptionalInt lacking = value == null ? OptionalInt.empty() : letters.lacking(value);
    return lacking.isEmpty() ? Optional.empty()
        : refused(field, "must be without %s/U+%06X, which no font of the documents has"
            .formatted(Character.toString(lacking.getAsInt()), lacking.getAsInt()));
  }

  /**
   * Whether the e-invoices of such a tenant can be valid: EN 16931 asks for the tax id of whoever owes the tax, and of the
   * issuer wherever the sale is within the scope of tax.
   */
  static Optional<Refused> violation(Profile profile, Issuer issuer) {
    TaxKind kind = profile.tax().kind();
    if (kind != TaxKind.OUTSIDE_SCOPE && issuer.party().taxId() == null) {
      return refused("tax.kind",
          "must be outside the scope of tax until the issuer has a tax id, by BR-S-02, "
              + "BR-AE-02 and BR-E-02 of EN 16931");
    }
    Party buyer = profile.party();
    return kind != TaxKind.REVERSE_CHARGE || buyer.hasVatId() || buyer.registration() != null
        ? Optional.empty()
        : refused("taxId",
            "must begin with its country's letters where the recipient accounts for tax and has no "
                + "registration, by BR-AE-02 of EN 16931");
  }

  private static Optional<Refused> violation(TaxRule tax) {
    String note = tax.note();
    if (tax.kind() == TaxKind.STANDARD) {
      if (tax.basisPoints() < 1 || tax.basisPoints() > WHOLE) {
        return refused("tax.basisPoints", "must be 1 to " + WHOLE + " where tax is charged");
      }
      return note == null ? Optional.empty() : refused("tax.note", "must be absent where tax is charged");
    }
    if (tax.basisPoints() != 0) {
      return refused("tax.basisPoints", "must be 0 where no tax is charged");
    }
    if (note == null || note.isBlank() || note.length() > LONGEST_NOTE) {
      return refused("tax.note", "must say in 1 to " + LONGEST_NOTE + " characters why no tax is charged");
    }
    return PlainText.isPlain(note) ? Optional.empty() : refused("tax.note", PlainText.RULE);
  }

  private static Optional<Refused> violation(Party party) {
    return Stream.of(length("name", party.name(), 1, 200), length("street", party.street(), 0, 200),
        length("street2", party.street2(), 0, 200), length("postalCode", party.postalCode(), 0, 20),
        length("city", party.city(), 1, 100), length("taxId", party.taxId(), 2, 40),
        length("registration", party.registration(), 1, 100),
        form("country", party.country(), "[A-Z]{2}", "must be two letters of ISO 3166")
            .or(() -> Arrays.asList(Locale.getISOCountries()).contains(party.country()) ? Optional.empty()
                : refused("country", "must be a country of ISO 3166")),
        form("email", party.email(), "[^@\\s]+@[^@\\s]+", "must be an e-mail address")
            .or(() -> hasControls(party.email()) ? refused("email", PlainText.RULE) : Optional.empty()),
        form("iban", party.iban(), "[A-Z0-9]{5,34}", "must be 5 to 34 upper-case letters and digits"),
        form("bic", party.bic(), "[A-Z0-9]{8,11}", "must be 8 to 11 upper-case letters and digits"))
        .flatMap(Optional::stream).findFirst();
  }

  private static Optional<Refused> length(String field, @Nullable String value, int least, int most) {
    if (value == null || (value.strip().length() >= least && value.length() <= most && !hasControls(value))) {
      return Optional.empty();
    }
    return refused(field,
        "must have " + least + " to " + most + " characters, none of them a control character");
  }

  private static boolean hasControls(String value) {
    return !PlainText.isPlain(value) || value.chars().anyMatch(Character::isISOControl);
  }

  private static Optional<Refused> form(String field, @Nullable String value, String pattern, String rule) {
    return value == null || value.matches(pattern) ? Optional.empty() : refused(field, rule);
  }

  private static Optional<Refused> refused(String field, String rule) {
    return Optional.of(new Refused(field, rule));
  }
}
