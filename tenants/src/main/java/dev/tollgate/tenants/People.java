package dev.tollgate.tenants;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * People and what they may: for the operator, and as members of tenants. How they prove who they are is not known here.
 * Every call asks the database.
 */
public interface People {

  /**
   * Adds a person who may nothing yet.
   *
   * @throws BrokenRuleException if the address or the name is not of the form that {@link Person} asks for, or somebody
   *     has the address
   */
  Person add(String email, String name);

  Optional<Person> find(PersonId id);

  /** Who has an address, written in any case. */
  Optional<Person> findByEmail(String email);

  /** All people of the operator, by name. */
  List<Person> operators();

  /** Some of the operator's people; a search is for a part of the name or the address. */
  List<Person> operators(Slice<Order> slice);

  /** What people are ordered by; {@code SINCE} is when they were added or, as members, joined. */
  enum Order {
    NAME, EMAIL, ROLE, SINCE
  }

  /** Makes a person one of the operator's, or gives it another role there. */
  void appoint(PersonId person, OperatorRole role);

  /**
   * Takes a person's role with the operator away.
   *
   * @throws BrokenRuleException if nobody would be left who may everything
   */
  void dismiss(PersonId person);

  /** The tenants that a person is a member of, by name. */
  List<Membership> memberships(PersonId person);

  /** The members of a tenant, by name. */
  List<Member> members(TenantId tenant);

  /** Some of a tenant's members; a search is for a part of the name or the address. */
  List<Member> members(TenantId tenant, Slice<Order> slice);

  /** Makes a person a member, or gives a member another role. */
  void join(TenantId tenant, PersonId person, MemberRole role);

  /**
   * Ends a membership.
   *
   * @return false if the person is no member of the tenant
   * @throws BrokenRuleException if the tenant would be left without an owner
   */
  boolean leave(TenantId tenant, PersonId person);

  /** One tenant of a person. */
  record Membership(Tenant tenant, MemberRole role) {}

  /** One person of a tenant. */
  record Member(Person person, MemberRole role, Instant joinedAt) {}
}
