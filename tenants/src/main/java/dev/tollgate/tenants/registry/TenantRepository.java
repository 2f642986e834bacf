package dev.tollgate.tenants.registry;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface TenantRepository extends Repository<TenantEntity, UUID> {

  TenantEntity saveAndFlush(TenantEntity tenant);

  Optional<TenantEntity> findById(UUID id);

  Optional<TenantEntity> findBySlug(String slug);

  boolean existsById(UUID id);
}
