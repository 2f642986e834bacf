package dev.tollgate.tenants;

import java.time.Instant;
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

  /** The outcome of a look-up. Every refusal is answered with 401; the reason is for the caller's message. */
  sealed interface Lookup {

    record Accepted(Caller caller) implements Lookup {}

    record Refused(Reason reason) implements Lookup {}
  }

  /** Why a key was not accepted. {@code MALFORMED} means that the checksum or the shape is wrong: a typing error. */
  enum Reason {
    MALFORMED, UNKNOWN, EXPIRED, REVOKED, SUSPENDED
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
