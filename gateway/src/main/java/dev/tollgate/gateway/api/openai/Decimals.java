package dev.tollgate.gateway.api.openai;

import dev.tollgate.billing.Money;
import java.math.BigDecimal;

/** Whole units as the exact decimals that developers read, with as few digits as it takes. */
final class Decimals {

  private static final int PICO_DIGITS = 12;
  private static final int MILLI_DIGITS = 3;

  private Decimals() {}

  /** An amount without its currency, in a string, so that no client rounds it on the way. */
  static String money(Money money) {
    return money(new BigDecimal(money.pico(), PICO_DIGITS));
  }

  /** An amount in 10⁻¹² of a currency. */
  static String money(long pico) {
    return money(BigDecimal.valueOf(pico, PICO_DIGITS));
  }

  private static String money(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  /** Thousandths of a pack token as pack tokens. */
  static BigDecimal packTokens(long millitokens) {
    var tokens = BigDecimal.valueOf(millitokens, MILLI_DIGITS).stripTrailingZeros();
    return tokens.scale() < 0 ? tokens.setScale(0) : tokens;
  }
}
