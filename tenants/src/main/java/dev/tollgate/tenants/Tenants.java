package dev.tollgate.tenants;

import java.util.Optional;

/** Tenants as the operator administers them. Every call asks the database. */
public interface Tenants {

  /**
   * Creates an active tenant.
   *
   * @throws SlugTakenException if another tenant has the slug
   * @throws IllegalArgumentException if the slug or the name is not of the form that {@link Tenant} asks for
   */
  Tenant create(String slug, String name);

  Optional<Tenant> find(TenantId id);

  Optional<Tenant> findBySlug(String slug);

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

  /** Another tenant has the slug. */
  final class SlugTakenException extends RuntimeException {

    public SlugTakenException(String slug) {
      super("The slug " + slug + " is taken");
    }
  }
}
