package dev.tollgate.gateway.management.wire;

import dev.tollgate.billing.Money;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads amounts of money exactly, or says which rule they break. */
final class Amounts {

  private static final Pattern PLAIN = Pattern.compile("-?(0|[1-9]\\d{0,40})(\\.\\d{1,40})?");
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE, Amount.PICO_DIGITS);
  private static final BigDecimal MOST_LARGE = new BigDecimal(Money.MOST_AT_ONCE, Amount.PICO_DIGITS)
      .stripTrailingZeros();

  private Amounts() {}

  static @Nullable Amount read(JsonNode node, String path, Findings findings) {
    return read(node, path, MOST, findings);
  }

  static @Nullable LargeAmount readLarge(JsonNode node, String path, Findings findings) {
    Amount amount = read(node, path, MOST_LARGE, findings);
    return amount == null ? null : new LargeAmount(amount.currency(), amount.amount());
  }

  private static @Nullable Amount read(JsonNode node, String path, BigDecimal most, Findings findings) {
    if (!(node instanceof ObjectNode object)) {
      findings.add(path, "must be an object such as {\"currency\": \"USD\", \"amount\": \"12.50\"}");
      return null;
    }
    object.propertyNames().stream().filter(name -> !name.equals("currency") && !name.equals("amount"))
        .forEach(name -> findings.add(path + "/" + name, "must not be there: no such field is known"));
    String currency = currency(object.get("currency"), path + "/currency", findings);
    String amount = decimal(object.get("amount"), path + "/amount", most, findings);
    return currency == null || amount == null ? null : new Amount(currency, amount);
  }

  private static @Nullable String currency(@Nullable JsonNode node, String path, Findings findings) {
    String text = required(node, path, findings);
    if (text != null && !isCurrency(text)) {
      findings.add(path, "must be a currency code of ISO 4217, such as USD");
      return null;
    }
    return text;
  }

  static boolean isCurrency(String code) {
    try {
      // Codes of precious metals, funds and tests have no smallest coin.
      return Currency.getInstance(code).getDefaultFractionDigits() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static @Nullable String decimal(@Nullable JsonNode node, String path, BigDecimal most,
      Findings findings) {
    String text = required(node, path, findings);
    if (text == null) {
      return null;
    }
    String rule = brokenRule(text, most);
    if (rule != null) {
      findings.add(path, rule);
      return null;
    }
    return text;
  }

  private static @Nullable String brokenRule(String text, BigDecimal most) {
    if (!PLAIN.matcher(text).matches()) {
      return "must be a plain decimal such as 12.50, without an exponent, a sign or spaces";
    }
    var value = new BigDecimal(text);
    if (value.signum() < 0 || text.startsWith("-")) {
      return "must not be negative";
    }
    if (value.stripTrailingZeros().scale() > Amount.PICO_DIGITS) {
      return "must have at most " + Amount.PICO_DIGITS
          + " digits after the point: nothing is counted below 10^-12";
    }
    if (value.compareTo(most) > 0) {
      return "must be at most " + most.toPlainString();
    }
    return null;
  }

  private static @Nullable String required(@Nullable JsonNode node, String path, Findings findings) {
    if (node == null || node.isNull()) {
      findings.add(path, "must be given");
      return null;
    }
    return FieldValues.text(node, path, findings);
  }
}
