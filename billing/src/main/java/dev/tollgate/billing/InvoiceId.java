package dev.tollgate.billing;

import java.util.UUID;

/** Identifies an invoice or a credit note, also while it is a draft and has no number. */
public record InvoiceId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
