package dev.tollgate.gateway.management.wire;

import java.util.Locale;

/** How names stand on the wire. */
public final class Wire {

  private Wire() {}

  /** Constants are written as they are in Java but small: {@code input_cached}. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
