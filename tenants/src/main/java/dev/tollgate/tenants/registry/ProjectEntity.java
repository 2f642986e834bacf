package dev.tollgate.tenants.registry;

import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
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
@Table(schema = "tenants", name = "project")
class ProjectEntity {

  @Id
  private UUID id;

  @Column(updatable = false)
  private UUID tenantId;

  private String name;

  @Column(updatable = false)
  private Instant createdAt;

  @Version
  private @Nullable Integer version;

  @SuppressWarnings({"NullAway", "unused"})
  protected ProjectEntity() {}

  ProjectEntity(UUID id, UUID tenantId, String name, Instant createdAt) {
    this.id = id;
    this.tenantId = tenantId;
    this.name = name;
    this.createdAt = createdAt;
  }

  Project toProject() {
    return new Project(new TenantId(tenantId), new ProjectId(id), name, createdAt);
  }
}
