package dev.tollgate.gateway.management.wire;

import dev.tollgate.gateway.management.problems.Rejection;

/** Currencies that stand alone in a body. */
public final class CurrencyCode {

  private CurrencyCode() {}

  /** The code itself, if it is one of ISO 4217. */
  public static String checked(String field, String code) {
    if (!Amounts.isCurrency(code)) {
      throw Rejection.invalid(field, "must be a currency code of ISO 4217, such as USD");
    }
    return code;
  }
}
