package dev.tollgate.exports.tables;

import static dev.tollgate.testing.CsvTable.at;
import static dev.tollgate.testing.CsvTable.is;
import static dev.tollgate.testing.CsvTable.sum;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tax in Cost and Usage. */
class FocusTaxTest {

  private final List<Map<String, String>> costs = FocusFile.ofSamples(FocusCostAndUsage::new);
  private final List<Map<String, String>> taxes = costs.stream()
      .filter(row -> is(row, "ChargeCategory", "Tax")).toList();

  @Test
  void everyDocumentThatTaxIsChargedByHasARowOfIt() {
    assertThat(taxes).extracting(row -> at(row, "InvoiceDetailId")).containsExactly("INV-2026-000001/tax",
        "INV-2026-000004/tax", "INV-C2026-000001/tax", "INV-2026-000006/tax", "INV-2026-000007/tax",
        "INV-2026-000008/tax");
  }

  @Test
  void itIsDerivedFromTheCostsOfWhatIsTaxed() {
    assertThat(taxes).allSatisfy(tax -> {
      List<Map<String, String>> taxed = costs.stream().filter(
          row -> is(row, "InvoiceId", at(tax, "InvoiceId")) && !is(row, "ChargeCategory", "Tax")).toList();
      var rate = new BigDecimal(is(tax, "InvoiceId", "INV-2026-000004") ? "0.2" : "0.19");
      for (String cost : List.of("ContractedCost", "ListCost")) {
        assertThat(new BigDecimal(at(tax, cost))).as(cost)
            .isEqualByComparingTo(sum(taxed, cost).multiply(rate));
      }
    });
  }

  @Test
  void itCostsWhatIsBilledButForWhatWasBilledWithAPack() {
    assertThat(taxes).filteredOn(row -> !is(row, "InvoiceId", "INV-2026-000008"))
        .allSatisfy(row -> assertThat(at(row, "EffectiveCost")).isEqualTo(at(row, "BilledCost")));
    // Tax on 3.00 and on the commitment's -21.00 is billed and effective; on a pack's 4.80 it was billed with the pack.
    assertThat(taxes).filteredOn(row -> is(row, "InvoiceId", "INV-2026-000008")).singleElement()
        .satisfies(row -> {
          assertThat(row).containsEntry("BilledCost", "-3.42");
          assertThat(new BigDecimal(at(row, "EffectiveCost"))).isEqualByComparingTo("-2.508");
        });
  }
}
