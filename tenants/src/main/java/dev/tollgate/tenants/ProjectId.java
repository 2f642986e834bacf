package dev.tollgate.tenants;

import java.util.UUID;

/** A folder of keys inside a tenant. */
public record ProjectId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
