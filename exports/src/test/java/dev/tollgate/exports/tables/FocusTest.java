package dev.tollgate.exports.tables;

import static dev.tollgate.testing.CsvTable.at;
import static dev.tollgate.testing.CsvTable.is;
import static dev.tollgate.testing.CsvTable.sum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.Books;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The files against what FOCUS 1.4 says about their columns. */
class FocusTest {

  /** A column: whether it is mandatory, whether it may be empty, and what it may say. */
  private record Column(boolean mandatory, boolean nullable, String form) {}

  private static final String DECIMAL = "-?\\d+(\\.\\d+)?";
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
  private static final String TEXT = "(?s).+";
  private static final String CURRENCY = "[A-Z]{3}";
  private static final String CATEGORY = "Usage|Purchase|Tax|Credit|Adjustment";

  private static final Map<String, Column> COST_AND_USAGE = columns(true, """
      BilledCost M - %1$s
      BillingAccountId M - %3$s
      BillingAccountName M N %3$s
      BillingCurrency M - %4$s
      BillingPeriodEnd M - %2$s
      BillingPeriodStart M - %2$s
      ChargeCategory M - %5$s
      ChargeClass M N Correction
      ChargeDescription M N %3$s
      ChargeFrequency C - One-Time|Recurring|Usage-Based
      ChargePeriodEnd M - %2$s
      ChargePeriodStart M - %2$s
      CommitmentDiscountCategory C N Spend|Usage
      CommitmentDiscountId C N %3$s
      CommitmentDiscountName C N %3$s
      CommitmentDiscountQuantity C N %1$s
      CommitmentDiscountStatus C N Used|Unused
      CommitmentDiscountType C N %3$s
      CommitmentDiscountUnit C N %3$s
      ConsumedQuantity C N %1$s
      ConsumedUnit C N %3$s
      ContractedCost M - %1$s
      ContractedUnitPrice C N \\d+(\\.\\d+)?
      EffectiveCost M - %1$s
      HostProviderName M - %3$s
      InvoiceDetailId C N %3$s
      InvoiceId C N %3$s
      InvoiceIssuerName M - %3$s
      ListCost M - %1$s
      ListUnitPrice C N \\d+(\\.\\d+)?
      PricingCategory C N Standard|Dynamic|Committed|Other
      PricingQuantity M N %1$s
      PricingUnit M N %3$s
      RegionId C N %3$s
      RegionName C N %3$s
      ServiceCategory M - AI.and.Machine.Learning
      ServiceName M - %3$s
      ServiceProviderName M - %3$s
      ServiceSubcategory C - %3$s
      SkuId C N %3$s
      SkuMeter C N %3$s
      SkuPriceDetails C N %3$s
      SkuPriceId C N %3$s
      """);

  private static final Map<String, Column> INVOICE_DETAIL = columns(false, """
      BilledCost M - %1$s
      BillingAccountId M - %3$s
      BillingCurrency M - %4$s
      BillingPeriodEnd M - %2$s
      BillingPeriodStart M - %2$s
      ChargeCategory M - %5$s
      InvoiceDetailCreated M - %2$s
      InvoiceDetailDescription M N %3$s
      InvoiceDetailGrain M N \\{.*\\}
      InvoiceDetailId M - %3$s
      InvoiceDetailLastUpdated M - %2$s
      InvoiceId M - %3$s
      InvoiceIssueDate M N %2$s
      InvoiceIssueStatus M - Issued
      InvoiceIssuerName M - %3$s
      PaymentCurrency M - %4$s
      PaymentDueDate M N %2$s
      PaymentTerms M - %3$s
      ReferenceInvoiceId M - %3$s
      """);

  private static Map<String, Column> columns(boolean custom, String table) {
    var columns = new LinkedHashMap<String, Column>();
    table.formatted(DECIMAL, TIME, TEXT, CURRENCY, CATEGORY).lines().map(line -> line.split(" ", 4))
        .forEach(each -> columns.put(each[0], new Column(each[1].equals("M"), each[2].equals("N"), each[3])));
    if (custom) {
      columns.put("x_ExactCost", new Column(false, false, DECIMAL));
      columns.put("x_PriceId", new Column(false, true, "\\d+"));
      columns.put("x_Requests", new Column(false, false, "\\d+"));
      columns.put("x_ServiceMonth", new Column(false, false, "\\d{4}-\\d\\d"));
    }
    return columns;
  }

  private static List<Map<String, String>> rows(Function<Writer, Consumer<Invoice>> dataset) {
    return FocusFile.ofSamples(dataset);
  }

  private static void check(Map<String, Column> specified, List<Map<String, String>> rows) {
    Set<String> header = rows.getFirst().keySet();
    specified.forEach((name, column) -> {
      if (column.mandatory()) {
        assertThat(header).contains(name);
      }
    });
    assertThat(specified.keySet()).containsAll(header);
    for (Map<String, String> row : rows) {
      row.forEach((name, value) -> {
        Column column = Objects.requireNonNull(specified.get(name), name);
        if (value.isEmpty()) {
          assertThat(column.nullable()).as(name).isTrue();
        } else {
          assertThat(value).as(name).matches(column.form());
        }
      });
    }
  }

  @Test
  void everyColumnOfCostAndUsageIsAsSpecified() {
    check(COST_AND_USAGE, rows(FocusCostAndUsage::new));
  }

  @Test
  void everyColumnOfInvoiceDetailIsAsSpecified() {
    check(INVOICE_DETAIL, rows(FocusInvoiceDetail::new));
  }

  @Test
  void unitPriceTimesQuantityIsTheCost() {
    List<Map<String, String>> priced = rows(FocusCostAndUsage::new).stream()
        .filter(row -> !at(row, "ContractedUnitPrice").isEmpty()).toList();
    assertThat(priced).hasSizeGreaterThan(200).allSatisfy(row -> {
      BigDecimal quantity = new BigDecimal(at(row, "PricingQuantity"));
      assertThat(new BigDecimal(at(row, "ContractedUnitPrice")).multiply(quantity))
          .isEqualByComparingTo(at(row, "ContractedCost"));
      assertThat(new BigDecimal(at(row, "ListUnitPrice")).multiply(quantity))
          .isEqualByComparingTo(at(row, "ListCost"));
    });
  }

  @Test
  void whatIsUsedHasTheListPriceWhateverWasAgreedOrPaidForIt() {
    assertThat(rows(FocusCostAndUsage::new)).filteredOn(row -> !at(row, "ConsumedQuantity").isEmpty())
        .isNotEmpty().allSatisfy(row -> assertThat(at(row, "ListUnitPrice")).isEqualTo("0.000003"));
  }

  @Test
  void bothDatasetsBillTheSamePerLineAndTheDocumentsTotalWithTax() {
    List<Map<String, String>> costs = rows(FocusCostAndUsage::new);
    List<Map<String, String>> details = rows(FocusInvoiceDetail::new);
    costs.stream().filter(FocusTest::isInvoiced).forEach(row -> assertThat(details)
        .filteredOn(detail -> at(detail, "InvoiceDetailId").equals(at(row, "InvoiceDetailId")))
        .singleElement()
        .satisfies(detail -> {
          assertThat(at(detail, "BilledCost")).isEqualTo(at(row, "BilledCost"));
          assertThat(at(detail, "ChargeCategory")).isEqualTo(at(row, "ChargeCategory"));
        }));
    assertThat(costs).filteredOn(FocusTest::isInvoiced).extracting(row -> at(row, "InvoiceDetailId"))
        .containsExactlyElementsOf(details.stream().map(row -> at(row, "InvoiceDetailId")).toList());
    Books.ofSamples().forEach(YearMonth.of(2026, 10), null, invoice -> {
      for (List<Map<String, String>> dataset : List.of(costs, details)) {
        assertThat(sum(dataset.stream().filter(row -> is(row, "InvoiceId", number(invoice))).toList(),
            "BilledCost").abs())
            .isEqualByComparingTo(BigDecimal.valueOf(Math.abs(invoice.totals().total()), 2));
      }
    });
  }

  private static boolean isInvoiced(Map<String, String> row) {
    return !at(row, "InvoiceDetailId").isEmpty();
  }

  @Test
  void columnsAreEmptyWhereTheSpecificationSaysSo() {
    assertThat(rows(FocusCostAndUsage::new)).allSatisfy(row -> {
      boolean priced = is(row, "ChargeCategory", "Usage") || is(row, "ChargeCategory", "Purchase");
      for (String column : List.of("SkuId", "SkuPriceId", "PricingCategory", "PricingQuantity", "PricingUnit",
          "ListUnitPrice", "ContractedUnitPrice")) {
        assertThat(at(row, column).isEmpty()).as(column).isEqualTo(!priced);
      }
      boolean agreed = !at(row, "CommitmentDiscountId").isEmpty();
      for (String column : List.of("CommitmentDiscountCategory", "CommitmentDiscountType",
          "CommitmentDiscountQuantity",
          "CommitmentDiscountUnit")) {
        assertThat(at(row, column).isEmpty()).as(column).isEqualTo(!agreed);
      }
      assertThat(at(row, "CommitmentDiscountStatus").isEmpty())
          .isEqualTo(!agreed || !is(row, "ChargeCategory", "Usage"));
      boolean consumed = is(row, "ChargeCategory", "Usage") && !is(row, "CommitmentDiscountStatus", "Unused");
      assertThat(at(row, "ConsumedQuantity").isEmpty()).isEqualTo(!consumed);
      assertThat(at(row, "ConsumedUnit").isEmpty()).isEqualTo(!consumed);
      assertThat(is(row, "PricingCategory", "Committed"))
          .isEqualTo(!at(row, "CommitmentDiscountStatus").isEmpty());
      if (is(row, "ChargeCategory", "Credit")) {
        assertThat(at(row, "ContractedCost")).isEqualTo(at(row, "BilledCost"));
      }
    });
  }

  @Test
  void aPackIsBilledWhereItIsBoughtAndCostsWhereItIsDrawn() {
    List<Map<String, String>> pack = rows(FocusCostAndUsage::new).stream()
        .filter(row -> is(row, "CommitmentDiscountId", "pack-21")).toList();
    assertThat(pack).filteredOn(row -> is(row, "ChargeCategory", "Purchase")).singleElement()
        .satisfies(row -> {
          assertThat(row).containsEntry("BilledCost", "72.00").containsEntry("EffectiveCost", "0")
              .containsEntry("CommitmentDiscountQuantity", "30000000")
              .containsEntry("CommitmentDiscountUnit", "Pack tokens")
              .containsEntry("ChargeFrequency", "One-Time").containsEntry("PricingQuantity", "1");
          assertThat(new BigDecimal(at(row, "ContractedUnitPrice"))).isEqualByComparingTo("72");
        });
    // A fifteenth of the pack: 1M output tokens deduct 2M of its 30M pack tokens.
    assertThat(pack).filteredOn(row -> is(row, "CommitmentDiscountStatus", "Used")).singleElement()
        .satisfies(row -> {
          assertThat(row).containsEntry("ChargeCategory", "Usage")
              .containsEntry("CommitmentDiscountQuantity", "2000000")
              .containsEntry("ConsumedQuantity", "1000000")
              .containsEntry("PricingCategory", "Committed");
          assertThat(new BigDecimal(at(row, "BilledCost"))).isZero();
          assertThat(new BigDecimal(at(row, "EffectiveCost"))).isEqualByComparingTo("4.8");
        });
  }

  @Test
  void whatAnExpiredPackHadLeftIsUnusedAndCostsItsPartOfThePrice() {
    assertThat(rows(FocusCostAndUsage::new)).filteredOn(row -> is(row, "CommitmentDiscountId", "pack-21"))
        .filteredOn(row -> is(row, "CommitmentDiscountStatus", "Unused")).singleElement().satisfies(row -> {
          assertThat(row).containsEntry("ChargeCategory", "Usage").containsEntry("BilledCost", "0.00")
              .containsEntry("CommitmentDiscountQuantity", "8000000.5").containsEntry("ConsumedQuantity", "")
              .containsEntry("PricingQuantity", "8000000.5").containsEntry("PricingUnit", "Pack tokens")
              .containsEntry("ChargeDescription",
                  "Expired pack (order order-7, 8,000,000.5 pack tokens not used)");
          assertThat(new BigDecimal(at(row, "EffectiveCost"))).isEqualByComparingTo("19.2000012");
        });
  }

  @Test
  void whatWasNotUsedOfACommitmentIsAPurchaseAndUnusedUsageOfTheSameCost() {
    List<Map<String, String>> commitment = rows(FocusCostAndUsage::new).stream()
        .filter(row -> is(row, "CommitmentDiscountId", "contract-7")).toList();
    List<Map<String, String>> bought = commitment.stream()
        .filter(row -> is(row, "ChargeCategory", "Purchase")).toList();
    List<Map<String, String>> used = commitment.stream().filter(row -> is(row, "ChargeCategory", "Usage"))
        .toList();
    assertThat(bought).singleElement()
        .satisfies(row -> assertThat(row).containsEntry("ChargeFrequency", "Recurring")
            .containsEntry("EffectiveCost", "0").containsEntry("BilledCost", "42.00"));
    assertThat(used).singleElement()
        .satisfies(row -> assertThat(row).containsEntry("CommitmentDiscountStatus", "Unused")
            .containsEntry("CommitmentDiscountQuantity", "20000000").containsEntry("BilledCost", "0")
            .containsEntry("InvoiceId", "").containsEntry("InvoiceDetailId", ""));
    assertThat(sum(used, "EffectiveCost")).isEqualByComparingTo(sum(bought, "BilledCost"));
  }

  @Test
  void whatIsAboutAnEarlierMonthIsChargedForThatMonthAsItWasForTheTenant() {
    assertThat(rows(FocusCostAndUsage::new)).filteredOn(row -> is(row, "x_ServiceMonth", "2026-09"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row).containsEntry("ChargePeriodStart", "2026-08-31T16:00:00Z")
            .containsEntry("ChargePeriodEnd", "2026-09-30T16:00:00Z")
            .containsEntry("BillingPeriodStart", "2026-10-01T00:00:00Z"));
  }

  @Test
  void whatCorrectsADocumentIsBilledInTheMonthOfItsIssueForTheMonthThatItIsAbout() {
    Set<String> corrections = Set.of("INV-C2026-000001", "INV-2026-000006");
    for (List<Map<String, String>> dataset : List.of(rows(FocusCostAndUsage::new),
        rows(FocusInvoiceDetail::new))) {
      assertThat(dataset).filteredOn(row -> corrections.contains(at(row, "InvoiceId"))).hasSize(4)
          .allSatisfy(row -> assertThat(row).containsEntry("BillingPeriodStart", "2026-11-01T00:00:00Z")
              .containsEntry("BillingPeriodEnd", "2026-12-01T00:00:00Z"));
      assertThat(dataset).filteredOn(row -> !corrections.contains(at(row, "InvoiceId")))
          .allSatisfy(row -> assertThat(row).containsEntry("BillingPeriodStart", "2026-10-01T00:00:00Z"));
    }
    assertThat(rows(FocusCostAndUsage::new)).filteredOn(row -> corrections.contains(at(row, "InvoiceId")))
        .allSatisfy(row -> assertThat(row).containsEntry("ChargeClass", "Correction")
            .containsEntry("ChargePeriodStart", "2026-10-01T00:00:00Z")
            .containsEntry("ChargePeriodEnd", "2026-11-01T00:00:00Z"));
  }

  @Test
  void whatNoCommitmentIsAboutCostsInEffectWhatIsBilled() {
    assertThat(rows(FocusCostAndUsage::new)).filteredOn(row -> is(row, "CommitmentDiscountId", ""))
        .filteredOn(row -> !is(row, "ChargeCategory", "Tax")).hasSizeGreaterThan(200)
        .allSatisfy(row -> assertThat(at(row, "EffectiveCost")).isEqualTo(at(row, "BilledCost")));
  }

  private static String number(Invoice invoice) {
    return Objects.requireNonNull(invoice.issue()).number();
  }
}
