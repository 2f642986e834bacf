package dev.tollgate.tenants;

import java.util.UUID;

/** A person who signs in, for the operator, for tenants, or for both. */
public record PersonId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
