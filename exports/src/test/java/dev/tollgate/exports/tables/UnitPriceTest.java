package dev.tollgate.exports.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Samples;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever multiplies quantity and unit price of a line has its amount. */
class UnitPriceTest {

  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void inLinesCsvPriceTimesQuantityIsTheExactAmountOrThereIsNoPrice() {
    var written = new StringWriter();
    var csv = new LinesCsv(written);
    Samples.all().forEach(csv);
    List<List<String>> rows = written.toString().lines().map(UnitPriceTest::fields).toList();
    List<String> header = rows.getFirst();
    int priced = 0;
    for (List<String> row : rows.subList(1, rows.size())) {
      String price = row.get(header.indexOf("unit_price"));
      String chargedTo = row.get(header.indexOf("charged_to"));
      assertThat(price.isEmpty() || !chargedTo.equals("NOTHING")).as(row.toString()).isTrue();
      if (!price.isEmpty()) {
        priced++;
        assertThat(new BigDecimal(price).multiply(new BigDecimal(row.get(header.indexOf("quantity")))))
            .as(row.toString()).isEqualByComparingTo(row.get(header.indexOf("exact_amount")));
      }
    }
    assertThat(priced).isGreaterThan(200);
  }

  @Test
  void inJsonThePriceIsADecimalOfTheCurrency() {
    var prices = new ArrayList<@Nullable String>();
    for (Invoice invoice : Samples.all()) {
      for (JsonNode line : MAPPER.readTree(InvoiceJson.of(invoice)).path("lines")) {
        String price = line.path("unit_price").stringValue(null);
        prices.add(price);
        if (price != null) {
          assertThat(new BigDecimal(price).multiply(new BigDecimal(line.path("quantity").stringValue())))
              .isEqualByComparingTo(line.path("exact").stringValue());
        }
      }
    }
    assertThat(prices).contains("0.000003", "0.0000003", "0.0000024", null);
    assertThat(prices.stream().filter(Objects::isNull)).hasSizeGreaterThan(5);
  }

  @Test
  void aPackThatWasSoldForARoundSumHasNone() {
    var month = YearMonth.of(2026, 10);
    var served = new Invoice.Span(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
    BigInteger fifty = BigInteger.valueOf(50_000_000_000_000L);
    assertThat(
        Amounts.unitPrice(new Line(1, LineKind.PACK, month, served, ChargedTo.RECORDED, null, "order-7",
            0, BigInteger.valueOf(20_833_333), 2_400_000, fifty, fifty, 5_000, null)))
        .isNull();
  }

  /** The samples have quotes only around fields, and no line has an end within it. */
  private static List<String> fields(String row) {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < row.length(); i++) {
      char each = row.charAt(i);
      if (each == '"') {
        quoted = !quoted;
      } else if (each == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(each);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
