package dev.tollgate.tenants;

import java.util.UUID;

/** One token of the management API. */
public record TokenId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
