package dev.tollgate.tenants.registry;

import java.util.List;
import java.util.UUID;
import org.springframework.data.repository.Repository;

/** Every query names the tenant. */
interface ProjectRepository extends Repository<ProjectEntity, UUID> {

  ProjectEntity saveAndFlush(ProjectEntity project);

  List<ProjectEntity> findByTenantIdOrderById(UUID tenantId);

  boolean existsByTenantIdAndName(UUID tenantId, String name);

  long countByTenantId(UUID tenantId);
}
