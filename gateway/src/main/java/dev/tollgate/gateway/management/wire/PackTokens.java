package dev.tollgate.gateway.management.wire;

import java.math.BigDecimal;

/** Pack tokens as they are sent: an exact decimal in a string, with three digits after the point. */
public final class PackTokens {

  private static final int MILLI_DIGITS = 3;

  private PackTokens() {}

  public static String of(long millitokens) {
    return BigDecimal.valueOf(millitokens, MILLI_DIGITS).toPlainString();
  }
}
