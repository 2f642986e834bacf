package dev.tollgate.gateway;

import static dev.tollgate.testing.CsvTable.at;
import static dev.tollgate.testing.CsvTable.is;
import static dev.tollgate.testing.CsvTable.sum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.CsvTable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The two files of FOCUS in a month's archive, and what must hold between them whatever was billed. */
final class FocusArchive {

  private final List<Map<String, String>> costs;
  private final List<Map<String, String>> details;

  FocusArchive(byte[] archive) throws IOException {
    var files = new HashMap<String, List<Map<String, String>>>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), CsvTable.rows(new String(zip.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    this.costs = Objects.requireNonNull(files.get("focus-cost-and-usage.csv"));
    this.details = Objects.requireNonNull(files.get("focus-invoice-detail.csv"));
  }

  /** The rows of the cost and usage dataset. */
  List<Map<String, String>> costs() {
    return costs;
  }

  /** Both bill the document's total, line by line the same, and every price times its quantity is its cost. */
  void assertAddsUp(String number, BigDecimal total) {
    assertThat(costs).allSatisfy(row -> {
      assertThat(at(row, "InvoiceId")).isIn(number, "");
      assertPriced(row, "ContractedUnitPrice", "ContractedCost");
      assertPriced(row, "ListUnitPrice", "ListCost");
    });
    assertThat(sum(of(number, costs), "BilledCost")).isEqualByComparingTo(total);
    assertThat(sum(of(number, details), "BilledCost")).isEqualByComparingTo(total);
    for (Map<String, String> detail : details) {
      assertThat(costs).filteredOn(row -> is(row, "InvoiceDetailId", at(detail, "InvoiceDetailId")))
          .singleElement().satisfies(row -> {
            assertThat(at(row, "BilledCost")).isEqualTo(at(detail, "BilledCost"));
            assertThat(at(row, "ChargeCategory")).isEqualTo(at(detail, "ChargeCategory"));
          });
    }
  }

  private static List<Map<String, String>> of(String number, List<Map<String, String>> rows) {
    return rows.stream().filter(row -> is(row, "InvoiceId", number)).toList();
  }

  private static void assertPriced(Map<String, String> row, String price, String cost) {
    if (!at(row, price).isEmpty()) {
      assertThat(new BigDecimal(at(row, price)).multiply(new BigDecimal(at(row, "PricingQuantity"))))
          .as(row.toString())
          .isEqualByComparingTo(at(row, cost));
    }
  }
}
