package dev.tollgate.tenants;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** Some of the tenants, in the order that is asked for; tenants made meanwhile move none of the others. */
  List<Tenant> list(Listing listing);

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

  /**
   * What to list.
   *
   * @param search part of the slug or the name, in any case; null for all
   * @param limit at most so many
   * @param after the last tenant of the page before, null for the first page
   */
  record Listing(@Nullable String search, Order order, boolean descending, int limit,
      @Nullable TenantId after) {}

  /** What tenants are ordered by; where that is the same, by id. */
  enum Order {
    NAME, SLUG, CREATED
  }

  /** Another tenant has the slug. */
  final class SlugTakenException extends RuntimeException {

    public SlugTakenException(String slug) {
      super("The slug " + slug + " is taken");
    }
  }
}
