package dev.tollgate.gateway.admission.limits;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Limits without a table. */
final class ConfiguredLimits implements Limits {

  private final Map<Subject, RateLimits> bySubject = new ConcurrentHashMap<>();

  static Caller caller() {
    return new Caller(new TenantId(UUID.randomUUID()), new ProjectId(UUID.randomUUID()),
        new ApiKeyId(UUID.randomUUID()), Set.of(Scope.GENERATE));
  }

  static Subject key(Caller caller) {
    return new Subject.OfKey(caller.tenant(), caller.key());
  }

  static Subject project(Caller caller) {
    return new Subject.OfProject(caller.tenant(), caller.project());
  }

  static Subject tenant(Caller caller) {
    return new Subject.OfTenant(caller.tenant());
  }

  @Override
  public Optional<RateLimits> stored(Subject subject) {
    return Optional.of(of(subject));
  }

  @Override
  public RateLimits of(Subject subject) {
    return bySubject.getOrDefault(subject, RateLimits.NONE);
  }

  @Override
  public List<Applied> applyingTo(Caller caller) {
    return Stream.of(key(caller), project(caller), tenant(caller))
        .map(subject -> new Applied(subject, of(subject))).filter(applied -> !applied.limits().isNone())
        .toList();
  }

  @Override
  public void set(Subject subject, RateLimits limits) {
    bySubject.put(subject, limits);
  }
}
