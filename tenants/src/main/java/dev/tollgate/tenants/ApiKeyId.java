package dev.tollgate.tenants;

import java.util.UUID;

/** One API key, whatever its secret is at the moment. */
public record ApiKeyId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
