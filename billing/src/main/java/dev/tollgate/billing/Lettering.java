package dev.tollgate.billing;

import java.util.OptionalInt;

/** What documents are printed with. Billing knows no fonts: whoever prints says what they have. */
@FunctionalInterface
public interface Lettering {

  /** The first code point of a text that no font has, so that a document would lack it. */
  OptionalInt lacking(String text);
}
