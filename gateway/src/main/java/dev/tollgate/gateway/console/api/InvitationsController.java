package dev.tollgate.gateway.console.api;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Invitations to the pages. The secret of one is in the answer that makes it, and nowhere else. */
@ManagementController
class InvitationsController {

  private final Invitations invitations;

  InvitationsController(Invitations invitations) {
    this.invitations = invitations;
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
  Page<InvitationCard> ofOperator() {
    return list(null);
  }

  @PostMapping("/invitations")
  ResponseEntity<NewInvitation> inviteOperator(@Body InvitedOperator wanted, Change change) {
    return invite(new Holder.Operator(wanted.role()), wanted.email(), change);
  }

  @DeleteMapping("/invitations/{invitation}")
  ResponseEntity<InvitationCard> withdrawOperator(@PathVariable UUID invitation, Change change) {
    return withdraw(null, invitation, change);
  }

  @GetMapping("/tenants/{tenant}/invitations")
  Page<InvitationCard> ofTenant(Tenant tenant) {
    return list(tenant.id());
  }

  @PostMapping("/tenants/{tenant}/invitations")
  ResponseEntity<NewInvitation> inviteMember(Tenant tenant, @Body InvitedMember wanted, Change change) {
    return invite(new Holder.Member(tenant.id(), wanted.role()), wanted.email(), change);
  }

  @DeleteMapping("/tenants/{tenant}/invitations/{invitation}")
  ResponseEntity<InvitationCard> withdrawMember(Tenant tenant, @PathVariable UUID invitation, Change change) {
    return withdraw(tenant.id(), invitation, change);
  }

  private Page<InvitationCard> list(@Nullable TenantId tenant) {
    return Page.whole(invitations.open(tenant).stream().map(InvitationCard::of).toList());
  }

  private ResponseEntity<NewInvitation> invite(Holder role, String email, Change change) {
    Invitations.Issued issued;
    try {
      issued = invitations.invite(role, email);
    } catch (BrokenRuleException e) {
      throw Rejection.invalid("/" + e.field(), e.rule());
    }
    InvitationCard card = InvitationCard.of(issued.invitation());
    change.record("invitation.create", card.id(), null, card);
    return ResponseEntity.status(HttpStatus.CREATED)
        .body(new NewInvitation("/invitation/" + issued.secret(), card));
  }

  private ResponseEntity<InvitationCard> withdraw(@Nullable TenantId tenant, UUID id, Change change) {
    Invitation open = invitations.open(tenant).stream().filter(one -> one.id().equals(id)).findFirst()
        .orElseThrow(() -> Rejection.notFound("invitation " + id));
    invitations.withdraw(tenant, id);
    change.record("invitation.withdraw", id, InvitationCard.of(open), null);
    return ResponseEntity.ok(InvitationCard.of(open));
  }
}
