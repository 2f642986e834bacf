package dev.tollgate.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.einvoice.UblInvoice;
import dev.tollgate.exports.tables.InvoiceJson;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InvoiceJsonTest {

  static Stream<Arguments> taxes() {
    return Stream.of(Arguments.of(Samples.brief(), "STANDARD", "19.00", null),
        Arguments.of(Samples.reverseCharge(), "REVERSE_CHARGE", "0.00", TaxRule.REVERSE_CHARGE_NOTE),
        Arguments.of(Samples.chinese(), "OUTSIDE_SCOPE", "0.00", "Export of services, not taxable"),
        Arguments.of(Samples.waived(), "EXEMPT", "0.00", "Exempt under an agreement"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("taxes")
  void theTaxHasTheNoteThatTheOtherFormatsHave(Invoice invoice, String kind, String percent,
      @Nullable String note) {
    JsonNode tax = new JsonMapper().readTree(InvoiceJson.of(invoice)).path("tax");
    assertThat(tax.propertyNames()).containsExactly("kind", "percent", "note");
    assertThat(tax.path("kind").stringValue()).isEqualTo(kind);
    assertThat(tax.path("percent").stringValue()).isEqualTo(percent);
    assertThat(tax.path("note").stringValue(null)).isEqualTo(note);
    if (note != null) {
      assertThat(new String(UblInvoice.of(invoice), StandardCharsets.UTF_8)).contains(note);
    }
  }
}
