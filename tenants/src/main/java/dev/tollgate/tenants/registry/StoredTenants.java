package dev.tollgate.tenants.registry;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class StoredTenants implements Tenants {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private final TenantRepository tenants;
  private final Clock clock;

  StoredTenants(TenantRepository tenants, Clock clock) {
    this.tenants = tenants;
    this.clock = clock;
  }

  @Override
  public Tenant create(String slug, String name) {
    if (!SLUG.matcher(slug).matches()) {
      throw new IllegalArgumentException(
          "Not a slug: lower-case letters, digits and inner hyphens, at most 63");
    }
    var entity = new TenantEntity(UuidCreator.getTimeOrderedEpoch(), slug, Names.checked(name, 200), now());
    try {
      return tenants.saveAndFlush(entity).toTenant();
    } catch (DataIntegrityViolationException e) {
      // The slug is the table's only unique column besides the id, and its form was checked above.
      throw new SlugTakenException(slug);
    }
  }

  @Override
  @Transactional(readOnly = true)
  public Optional<Tenant> find(TenantId id) {
    return tenants.findById(id.value()).map(TenantEntity::toTenant);
  }

  @Override
  @Transactional(readOnly = true)
  public Optional<Tenant> findBySlug(String slug) {
    return tenants.findBySlug(slug).map(TenantEntity::toTenant);
  }

  @Override
  @Transactional
  public boolean suspend(TenantId id) {
    Optional<TenantEntity> found = tenants.findById(id.value());
    found.ifPresent(tenant -> tenant.suspend(now()));
    return found.isPresent();
  }

  @Override
  @Transactional
  public boolean resume(TenantId id) {
    Optional<TenantEntity> found = tenants.findById(id.value());
    found.ifPresent(TenantEntity::resume);
    return found.isPresent();
  }

  /** As precise as the database keeps it, so that what create returns equals what is read later. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
