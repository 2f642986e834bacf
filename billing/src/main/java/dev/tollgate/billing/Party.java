package dev.tollgate.billing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A name and an address as they are printed on documents.
 *
 * @param street2 a second line of the address, empty if there is none
 * @param country two letters, ISO 3166
 * @param taxId for value added or goods and services tax, with its country's letters where it has any
 * @param registration in a register of companies
 * @param email where documents are sent to
 * @param iban where money is to be paid; of the operator only
 */
public record Party(String name, String street, String street2, String postalCode, String city,
    String country, @Nullable String taxId, @Nullable String registration, String email,
    @Nullable String iban, @Nullable String bic) {

  /** Greece and Northern Ireland have letters of their own; those of South Sudan are not in the list of BR-CO-09 yet. */
  private static final Set<String> VAT_PREFIXES = Stream
      .concat(Arrays.stream(Locale.getISOCountries()).filter(country -> !country.equals("SS")),
          Stream.of("EL", "XI"))
      .collect(Collectors.toUnmodifiableSet());

  /**
   * Whether the tax id is one for value added tax, which begins with its country's letters (BR-CO-09 of EN 16931). Another
   * one, such as {@code ABN51824753556} or {@code EU372000000}, is no less a tax id, but e-invoices must not call it that.
   */
  public boolean hasVatId() {
    return taxId != null && taxId.matches("[A-Z]{2}[A-Za-z0-9+*]{2,}")
        && VAT_PREFIXES.contains(taxId.substring(0, 2));
  }
}
