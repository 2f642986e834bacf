package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who bills whom, and with which tax. Documents that are finalised keep what was in force then. */
public interface BillingProfiles {

  /** The code of the issuer that tenants have unless they are given another. */
  String MAIN_ISSUER = "main";

  /**
   * Records an issuer of invoices, or its new details. It keeps a tax id while any of its tenants is taxed. What its numbers
   * begin with is its own for good, also once it has another prefix: numbers are unique over all issuers. Names and
   * addresses, of tenants too, are of letters that documents can be printed with ({@link Lettering}).
   */
  Recording issue(Issuer issuer);

  Optional<Issuer> issuer(String code);

  /**
   * Records what a tenant's invoices say about it, from the next one that is finalised on. A tenant is only taxed where
   * both sides have what EN 16931 asks of them.
   */
  Recording record(TenantId tenant, Profile profile);

  Optional<Profile> of(TenantId tenant);

  /**
   * A company that issues invoices.
   *
   * @param code lower-case letters, digits and hyphens, at most 31
   * @param zone that tells the date of its documents
   * @param numberPrefix of its documents' numbers: upper-case letters, digits and hyphens, at most 12; those of credit
   *     notes have a C behind it
   */
  record Issuer(String code, Party party, ZoneId zone, String numberPrefix) {}

  /**
   * What a tenant's invoices say about it.
   *
   * @param paymentDays until an invoice is due, 0 to 180
   */
  record Profile(String issuer, Party party, TaxRule tax, int paymentDays) {}

  /** The kinds of tax treatment. The names are stored; renaming one needs a migration. */
  enum TaxKind {
    /** Charged at a rate. */
    STANDARD,
    /** Owed by the customer. */
    REVERSE_CHARGE,
    EXEMPT,
    OUTSIDE_SCOPE
  }

  /**
   * How a tenant is taxed.
   *
   * @param basisPoints of the net amount; above 0 for {@link TaxKind#STANDARD} and 0 for the others
   * @param note printed to say why no tax is charged; null for {@link TaxKind#STANDARD}, and only for it
   */
  record TaxRule(TaxKind kind, int basisPoints, @Nullable String note) {

    public static final String REVERSE_CHARGE_NOTE = "Reverse charge: VAT is to be accounted for by the recipient";

    public static TaxRule standard(int basisPoints) {
      return new TaxRule(TaxKind.STANDARD, basisPoints, null);
    }

    public static TaxRule reverseCharge() {
      return new TaxRule(TaxKind.REVERSE_CHARGE, 0, REVERSE_CHARGE_NOTE);
    }

    public static TaxRule outsideScope(String note) {
      return new TaxRule(TaxKind.OUTSIDE_SCOPE, 0, note);
    }
  }

  /** What came of recording something. */
  sealed interface Recording {

    record Recorded() implements Recording {}

    /**
     * Nothing was recorded.
     *
     * @param rule that the field breaks, as the rest of a sentence that begins with it
     */
    record Refused(String field, String rule) implements Recording {}
  }
}
