package dev.tollgate.exports.tables;

import java.math.BigDecimal;

/** A number without an exponent, for a field that is no text. */
record Decimal(BigDecimal number) {

  @Override
  public String toString() {
    return number.toPlainString();
  }
}
