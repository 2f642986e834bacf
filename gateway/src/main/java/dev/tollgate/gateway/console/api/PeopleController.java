package dev.tollgate.gateway.console.api;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.People.Member;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;

/** Who signs in to the pages, and as what. People come by invitation. */
@ManagementController
class PeopleController {

  private final People people;
  private final Cards cards;

  PeopleController(People people, Cards cards) {
    this.people = people;
    this.cards = cards;
  }

  /** One of the operator's people. */
  record OperatorCard(UUID id, String email, String name, String role) {

    static OperatorCard of(Person person) {
      return new OperatorCard(person.id().value(), person.email(), person.name(),
          Wire.name(Objects.requireNonNull(person.operatorRole())));
    }
  }

  /** One of a tenant's people. */
  record MemberCard(UUID id, String email, String name, String role, Instant joinedAt) {

    static MemberCard of(Member member) {
      Person person = member.person();
      return new MemberCard(person.id().value(), person.email(), person.name(), Wire.name(member.role()),
          member.joinedAt());
    }
  }

  record WantedOperatorRole(OperatorRole role) {}

  record WantedMemberRole(MemberRole role) {}

  /** By name. */
  @GetMapping("/operators")
  Page<OperatorCard> operators(PageRequest page) {
    return page.sorted(people.operators(), OperatorCard::of, PeopleController::place);
  }

  @GetMapping("/operators/{person}")
  ResponseEntity<OperatorCard> readOperator(@PathVariable UUID person) {
    return cards.ok(OperatorCard.of(operator(person)));
  }

  @RequiresIfMatch
  @PutMapping("/operators/{person}")
  ResponseEntity<OperatorCard> appoint(@PathVariable UUID person, @Body WantedOperatorRole wanted,
      HttpServletRequest request, Change change) {
    OperatorCard before = OperatorCard.of(operator(person));
    cards.requireSeen(request, before);
    kept("/role", () -> people.appoint(new PersonId(person), wanted.role()));
    OperatorCard after = OperatorCard.of(operator(person));
    change.record("operator.change-role", person, before, after);
    return cards.ok(after);
  }

  @RequiresIfMatch
  @DeleteMapping("/operators/{person}")
  ResponseEntity<OperatorCard> dismiss(@PathVariable UUID person, HttpServletRequest request, Change change) {
    OperatorCard before = OperatorCard.of(operator(person));
    cards.requireSeen(request, before);
    kept("/role", () -> people.dismiss(new PersonId(person)));
    change.record("operator.remove", person, before, null);
    return ResponseEntity.ok(before);
  }

  /** By name. */
  @GetMapping("/tenants/{tenant}/members")
  Page<MemberCard> members(Tenant tenant, PageRequest page) {
    return page.sorted(people.members(tenant.id()), MemberCard::of, member -> place(member.person()));
  }

  @GetMapping("/tenants/{tenant}/members/{person}")
  ResponseEntity<MemberCard> readMember(Tenant tenant, @PathVariable UUID person) {
    return cards.ok(MemberCard.of(member(tenant, person)));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/members/{person}")
  ResponseEntity<MemberCard> change(Tenant tenant, @PathVariable UUID person, @Body WantedMemberRole wanted,
      HttpServletRequest request, Change change) {
    MemberCard before = MemberCard.of(member(tenant, person));
    cards.requireSeen(request, before);
    kept("/role", () -> people.join(tenant.id(), new PersonId(person), wanted.role()));
    MemberCard after = MemberCard.of(member(tenant, person));
    change.record("member.change-role", person, before, after);
    return cards.ok(after);
  }

  @RequiresIfMatch
  @DeleteMapping("/tenants/{tenant}/members/{person}")
  ResponseEntity<MemberCard> remove(Tenant tenant, @PathVariable UUID person, HttpServletRequest request,
      Change change) {
    MemberCard before = MemberCard.of(member(tenant, person));
    cards.requireSeen(request, before);
    kept("/role", () -> people.leave(tenant.id(), new PersonId(person)));
    change.record("member.remove", person, before, null);
    return ResponseEntity.ok(before);
  }

  private static String place(Person person) {
    return SortKey.of(person.name().toLowerCase(Locale.ROOT), person.id());
  }

  private static void kept(String field, Runnable call) {
    try {
      call.run();
    } catch (BrokenRuleException e) {
      throw Rejection.conflict(field, e.rule());
    }
  }

  private Person operator(UUID person) {
    return people.find(new PersonId(person)).filter(one -> one.operatorRole() != null)
        .orElseThrow(() -> Rejection.notFound("operator " + person));
  }

  private Member member(Tenant tenant, UUID person) {
    Optional<Member> found = people.members(tenant.id()).stream()
        .filter(one -> one.person().id().value().equals(person)).findFirst();
    return found.orElseThrow(() -> Rejection.notFound("member " + person));
  }
}
