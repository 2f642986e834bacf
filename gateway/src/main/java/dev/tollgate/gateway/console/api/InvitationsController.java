package dev.tollgate.gateway.console.api;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Invitations to the pages. The secret of one is in the answer that makes it, and nowhere else. */
@ManagementController
class InvitationsController {

  private final Invitations invitations;
  private final Cards cards;

  InvitationsController(Invitations invitations, Cards cards) {
    this.invitations = invitations;
    this.cards = cards;
  }

  record InvitedOperator(OperatorRole role, String email) {}

  record InvitedMember(MemberRole role, String email) {}

  /** An invitation that is open. */
  record InvitationCard(UUID id, String email, String role, Instant createdAt, Instant expiresAt) {

    static InvitationCard of(Invitation invitation) {
      String role = switch (invitation.role()) {
        case Holder.Operator(var operator) -> Wire.name(operator);
        case Holder.Member(_, var member) -> Wire.name(member);
      };
      return new InvitationCard(invitation.id(), invitation.email(), role, invitation.createdAt(),
          invitation.expiresAt());
    }
  }

  /** {@code path} is to be opened below the console's address, by who is invited. */
  record NewInvitation(String path, InvitationCard invitation) {}

  @GetMapping("/invitations")
  Page<InvitationCard> ofOperator(PageRequest page) {
    return list(null, page);
  }

  @GetMapping("/invitations/{invitation}")
  ResponseEntity<InvitationCard> readOfOperator(@PathVariable UUID invitation) {
    return cards.ok(InvitationCard.of(found(null, invitation)));
  }

  @PostMapping("/invitations")
  ResponseEntity<NewInvitation> inviteOperator(@Body InvitedOperator wanted, HttpServletRequest request,
      Change change) {
    return invite(new Holder.Operator(wanted.role()), wanted.email(), request, change);
  }

  @DeleteMapping("/invitations/{invitation}")
  ResponseEntity<InvitationCard> withdrawOperator(@PathVariable UUID invitation, Change change) {
    return withdraw(null, invitation, change);
  }

  @GetMapping("/tenants/{tenant}/invitations")
  Page<InvitationCard> ofTenant(Tenant tenant, PageRequest page) {
    return list(tenant.id(), page);
  }

  @GetMapping("/tenants/{tenant}/invitations/{invitation}")
  ResponseEntity<InvitationCard> readOfTenant(Tenant tenant, @PathVariable UUID invitation) {
    return cards.ok(InvitationCard.of(found(tenant.id(), invitation)));
  }

  @PostMapping("/tenants/{tenant}/invitations")
  ResponseEntity<NewInvitation> inviteMember(Tenant tenant, @Body InvitedMember wanted,
      HttpServletRequest request, Change change) {
    return invite(new Holder.Member(tenant.id(), wanted.role()), wanted.email(), request, change);
  }

  @DeleteMapping("/tenants/{tenant}/invitations/{invitation}")
  ResponseEntity<InvitationCard> withdrawMember(Tenant tenant, @PathVariable UUID invitation, Change change) {
    return withdraw(tenant.id(), invitation, change);
  }

  /** The oldest first. */
  private Page<InvitationCard> list(@Nullable TenantId tenant, PageRequest page) {
    return page.sorted(invitations.open(tenant), InvitationCard::of,
        one -> SortKey.of(one.createdAt(), one.id()));
  }

  private ResponseEntity<NewInvitation> invite(Holder role, String email, HttpServletRequest request,
      Change change) {
    Invitations.Issued issued;
    try {
      issued = invitations.invite(role, email);
    } catch (BrokenRuleException e) {
      throw Rejection.invalid("/" + e.field(), e.rule());
    }
    InvitationCard card = InvitationCard.of(issued.invitation());
    change.record("invitation.create", card.id(), null, card);
    return cards.created(request, card.id(), new NewInvitation("/invitation/" + issued.secret(), card));
  }

  /** At once and without a condition, since it may be urgent; an invitation does not change while it is open. */
  private ResponseEntity<InvitationCard> withdraw(@Nullable TenantId tenant, UUID id, Change change) {
    Invitation open = found(tenant, id);
    invitations.withdraw(tenant, id);
    change.record("invitation.withdraw", id, InvitationCard.of(open), null);
    return ResponseEntity.ok(InvitationCard.of(open));
  }

  private Invitation found(@Nullable TenantId tenant, UUID id) {
    return invitations.open(tenant).stream().filter(one -> one.id().equals(id)).findFirst()
        .orElseThrow(() -> Rejection.notFound("invitation " + id));
  }
}
