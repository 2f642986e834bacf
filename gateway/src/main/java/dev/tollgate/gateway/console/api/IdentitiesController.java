package dev.tollgate.gateway.console.api;

import dev.tollgate.gateway.console.provider.Identities;
import dev.tollgate.gateway.console.provider.Identities.Identity;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.tenants.PersonId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Who people are at the provider of identities. Only signing in there makes a link; here one may be undone. */
@ManagementController
class IdentitiesController {

  private final Identities identities;
  private final Cards cards;

  IdentitiesController(Identities identities, Cards cards) {
    this.identities = identities;
    this.cards = cards;
  }

  record IdentityCard(UUID person, String issuer, String subject, Instant linkedAt) {

    static IdentityCard of(Identity identity) {
      return new IdentityCard(identity.person().value(), identity.issuer(), identity.subject(),
          identity.linkedAt());
    }
  }

  @GetMapping("/people/{person}/identity")
  ResponseEntity<IdentityCard> read(@PathVariable UUID person) {
    return cards.ok(found(person));
  }

  /** The next one who signs in at the provider with the person's verified address is the person. */
  @RequiresIfMatch
  @DeleteMapping("/people/{person}/identity")
  ResponseEntity<IdentityCard> unlink(@PathVariable UUID person, HttpServletRequest request, Change change) {
    IdentityCard before = found(person);
    cards.requireSeen(request, before);
    identities.unlink(new PersonId(person));
    change.record("person.unlink-identity", person, before, null);
    return ResponseEntity.ok(before);
  }

  private IdentityCard found(UUID person) {
    return identities.of(new PersonId(person)).map(IdentityCard::of)
        .orElseThrow(() -> Rejection.notFound("identity of person " + person));
  }
}
