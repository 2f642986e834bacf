package dev.tollgate.tenants;

import dev.tollgate.tenants.Tokens.Holder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Invitations to join a tenant, or the operator's own people. Whoever has the secret of one may accept it, once. */
public interface Invitations {

  /**
   * Invites somebody for a week. An invitation of the same address that is still open ends.
   *
   * @param role what the person will be, and where
   * @throws BrokenRuleException if the address is none
   */
  Issued invite(Holder role, String email);

  /** Invitations that are neither accepted, withdrawn nor too old, of a tenant or, for null, of the operator. */
  List<Invitation> open(@Nullable TenantId tenant);

  /** Some of them; a search is for a part of the address. */
  List<Invitation> open(@Nullable TenantId tenant, Slice<Order> slice);

  /** What invitations are ordered by. */
  enum Order {
    EMAIL, ROLE, EXPIRES
  }

  /** Ends an invitation; false if the tenant, or the operator, has no such one that is open. */
  boolean withdraw(@Nullable TenantId tenant, UUID id);

  /** The invitation that a secret belongs to, as long as it is open. */
  Optional<Invitation> find(String secret);

  /**
   * Gives a person what it is invited to be.
   *
   * @return false if the invitation is not open any more
   */
  boolean accept(Invitation invitation, PersonId person);

  /** An invitation as it was when read. */
  record Invitation(UUID id, Holder role, String email, Instant createdAt, Instant expiresAt) {}

  /** A new invitation. The secret exists here and nowhere else. */
  record Issued(Invitation invitation, String secret) {

    /** Never prints the secret. */
    @Override
    public String toString() {
      return "Issued[" + invitation + "]";
    }
  }
}
