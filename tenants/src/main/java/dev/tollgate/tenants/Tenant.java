package dev.tollgate.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as it was when read.
 *
 * @param slug short name in addresses and commands: lower-case letters, digits and inner hyphens, at most 63
 * @param name for people, at most 200 characters
 * @param suspendedAt since when none of its keys is accepted, or null while it is active
 * @param version rises with every change
 */
public record Tenant(TenantId id, String slug, String name, Instant createdAt,
    @Nullable Instant suspendedAt, int version) {

  public boolean suspended() {
    return suspendedAt != null;
  }
}
