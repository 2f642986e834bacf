package dev.tollgate.billing.invoicing;

import java.util.Collection;
import java.util.stream.Collectors;

/** Values without commas, quotes or blanks (ids, numbers, dates, zones) as the text of an SQL array. */
final class SqlArray {

  private SqlArray() {}

  static String of(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
