package dev.tollgate.tenants;

import java.util.List;
import java.util.Optional;

/** Tenants as the operator administers them. Every call asks the database. */
public interface Tenants {

  /**
   * Creates an active tenant.
   *
   * @throws SlugTakenException if another tenant has the slug
   * @throws BrokenRuleException if the slug or the name is not of the form that {@link Tenant} asks for
   */
  Tenant create(String slug, String name);

  Optional<Tenant> find(TenantId id);

  Optional<Tenant> findBySlug(String slug);

  /** Some of the tenants; a search is for a part of the slug or the name. */
  List<Tenant> list(Slice<Order> slice);

  /**
   * Gives a tenant another name.
   *
   * @param version the one that the caller has seen
   * @return the tenant as it is now; empty if it has another version, and nothing was changed
   * @throws BrokenRuleException if the name is not of the form that {@link Tenant} asks for
   */
  Optional<Tenant> rename(TenantId id, String name, int version);

  /**
   * Refuses all of a tenant's keys, on every instance within a second. Suspending twice changes nothing.
   *
   * @return false if there is no such tenant
   */
  boolean suspend(TenantId id);

  /**
   * Accepts a suspended tenant's keys again, on every instance within a second.
   *
   * @return false if there is no such tenant
   */
  boolean resume(TenantId id);

  /** What tenants are ordered by. */
  enum Order {
    NAME, SLUG, CREATED,
    /** Those that are suspended come last. */
    STATE
  }

  /** Another tenant has the slug. */
  final class SlugTakenException extends RuntimeException {

    public SlugTakenException(String slug) {
      super("The slug " + slug + " is taken");
    }
  }
}
