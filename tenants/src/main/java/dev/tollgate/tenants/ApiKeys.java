package dev.tollgate.tenants;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** API keys: issued and revoked in the database, looked up in memory. */
public interface ApiKeys {

  /**
   * Decides whether a presented key is good, without asking the database. Takes the same time whether the public part
   * is unknown or the secret is wrong.
   *
   * @param presented what stood after {@code Bearer}, of any length and content
   */
  Lookup lookup(String presented);

  /**
   * Creates a key. It is accepted here at once and on every other instance within a second; inside a transaction of the
   * caller's, within a second of its commit.
   *
   * @param name for people, 1 to 100 characters
   * @param expiresAt when it stops working, or null for never
   * @throws UnknownProjectException if the tenant has no such project
   * @throws IllegalArgumentException if the name is blank or too long
   */
  Issued issue(TenantId tenant, ProjectId project, String name, Set<Scope> scopes,
      @Nullable Instant expiresAt);

  /**
   * Revokes a key at once here and within a second on every other instance; inside a transaction of the caller's, within
   * a second of its commit. Revoking twice changes nothing.
   *
   * @return false if the tenant has no such key
   */
  boolean revoke(TenantId tenant, ApiKeyId key);

  /**
   * Replaces a key by a new one of the same project, name, scopes, expiry and rate limits. The old one goes on for the overlap, or
   * until its own expiry if that is sooner.
   *
   * @param overlap how long both are accepted; zero or more
   * @return the new key; empty if the tenant has no such key that is still accepted
   */
  Optional<Issued> rotate(TenantId tenant, ApiKeyId key, Duration overlap);

  /** One key, without its secret. Asks the database. */
  Optional<ApiKey> find(TenantId tenant, ApiKeyId key);

  /**
   * Keys of a tenant, the newest first. Asks the database.
   *
   * @param project only those of this project, null for all
   * @param after the last key of the page before, null for the first page
   */
  List<ApiKey> list(TenantId tenant, @Nullable ProjectId project, @Nullable ApiKeyId after, int limit);

  /** Some of a tenant's keys; a search is for a part of the name of a key or of its project. */
  List<ApiKey> list(TenantId tenant, Slice<Order> slice);

  /** What keys are ordered by. Those that never expire, expire last; active ones come before those that are not. */
  enum Order {
    NAME, PROJECT, STATE, CREATED, EXPIRES
  }

  /**
   * A key as it was when read.
   *
   * @param start how the key begins, by which people recognise it; no secret
   * @param revokedAt since when it is refused, or null
   */
  record ApiKey(ApiKeyId id, TenantId tenant, ProjectId project, String name, Set<Scope> scopes, String start,
      Instant createdAt, @Nullable Instant expiresAt, @Nullable Instant revokedAt) {}

  /** The outcome of a look-up. Every refusal is answered with 401; the reason is for the caller's message. */
  sealed interface Lookup {

    record Accepted(Caller caller) implements Lookup {}

    record Refused(Reason reason) implements Lookup {}
  }

  /** Why a key was not accepted. {@code MALFORMED} means that the checksum or the shape is wrong: a typing error. */
  enum Reason {
    MALFORMED, UNKNOWN, EXPIRED, REVOKED, SUSPENDED,
    /** Invoices of the tenant are overdue. */
    OVERDUE
  }

  /** A new key. The secret exists here and nowhere else; the database holds a keyed hash of it. */
  record Issued(ApiKeyId id, String secret) {

    /** Never prints the secret. */
    @Override
    public String toString() {
      return "Issued[" + id + "]";
    }
  }

  /** The tenant has no project of that id. */
  final class UnknownProjectException extends RuntimeException {

    public UnknownProjectException(ProjectId project) {
      super("No project " + project + " in this tenant");
    }
  }
}
