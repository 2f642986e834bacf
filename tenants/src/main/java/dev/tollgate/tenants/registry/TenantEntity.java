package dev.tollgate.tenants.registry;

import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "tenants", name = "tenant")
class TenantEntity {

  @Id
  private UUID id;

  @Column(updatable = false)
  private String slug;

  private String name;

  @Column(updatable = false)
  private Instant createdAt;

  private @Nullable Instant suspendedAt;

  // Null until stored, by which Spring Data tells a new entity from one to merge.
  @Version
  private @Nullable Integer version;

  @SuppressWarnings({"NullAway", "unused"})
  protected TenantEntity() {}

  TenantEntity(UUID id, String slug, String name, Instant createdAt) {
    this.id = id;
    this.slug = slug;
    this.name = name;
    this.createdAt = createdAt;
  }

  void suspend(Instant at) {
    if (suspendedAt == null) {
      suspendedAt = at;
    }
  }

  void resume() {
    suspendedAt = null;
  }

  Tenant toTenant() {
    return new Tenant(new TenantId(id), slug, name, createdAt, suspendedAt);
  }
}
