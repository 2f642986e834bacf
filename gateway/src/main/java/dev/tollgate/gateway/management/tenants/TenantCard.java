package dev.tollgate.gateway.management.tenants;

import dev.tollgate.tenants.Tenant;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tenant as it is shown. */
record TenantCard(UUID id, String slug, String name, Instant createdAt, @Nullable Instant suspendedAt) {

  static TenantCard of(Tenant tenant) {
    return new TenantCard(tenant.id().value(), tenant.slug(), tenant.name(), tenant.createdAt(),
        tenant.suspendedAt());
  }
}
