package dev.tollgate.tenants.registry;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

@Component
class StoredTenants implements Tenants {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final int LONGEST_NAME = 200;

  private final JdbcTenantStore tenants;
  private final Clock clock;

  StoredTenants(JdbcTenantStore tenants, Clock clock) {
    this.tenants = tenants;
    this.clock = clock;
  }

  @Override
  public Tenant create(String slug, String name) {
    if (!SLUG.matcher(slug).matches()) {
      throw new BrokenRuleException("slug",
          "must have 1 to 63 lower-case letters, digits and inner hyphens");
    }
    var tenant = new Tenant(new TenantId(UuidCreator.getTimeOrderedEpoch()), slug,
        Names.checked(name, LONGEST_NAME), now(), null, 0);
    try {
      tenants.insert(tenant);
      return tenant;
    } catch (DuplicateKeyException e) {
      // The slug is the table's only unique column besides the id.
      throw new SlugTakenException(slug);
    }
  }

  @Override
  public Optional<Tenant> find(TenantId id) {
    return tenants.find(id);
  }

  @Override
  public Optional<Tenant> findBySlug(String slug) {
    return tenants.findBySlug(slug);
  }

  @Override
  public List<Tenant> list(Slice<Order> slice) {
    return tenants.list(slice);
  }

  @Override
  public Optional<Tenant> rename(TenantId id, String name, int version) {
    return tenants.rename(id, Names.checked(name, LONGEST_NAME), version) ? tenants.find(id)
        : Optional.empty();
  }

  @Override
  public boolean suspend(TenantId id) {
    tenants.suspend(id, now());
    return tenants.find(id).isPresent();
  }

  @Override
  public boolean resume(TenantId id) {
    tenants.resume(id);
    return tenants.find(id).isPresent();
  }

  /** As precise as the database keeps it, so that what create returns equals what is read later. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
