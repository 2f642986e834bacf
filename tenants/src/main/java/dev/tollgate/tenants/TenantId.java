package dev.tollgate.tenants;

import java.util.UUID;

/** A paying organisation: the unit of isolation, contract, balance and invoice. */
public record TenantId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
