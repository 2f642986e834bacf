package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.credentials.Authenticators;
import dev.tollgate.gateway.console.provider.Attempt;
import dev.tollgate.gateway.console.provider.Identities;
import dev.tollgate.gateway.console.provider.Proof;
import dev.tollgate.gateway.console.sessions.Session;
import dev.tollgate.gateway.console.sessions.Sessions;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.gateway.console.signin.SigningIn.Outcome;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a provider's word is worth: it says who somebody is, never what it may. Only who was invited, and belongs somewhere
 * now, gets in; the first time by a verified address, from then on as the subject that came first.
 */
@Component
@PagesRole
class ProviderSignIn {

  /** By how much clocks may differ where a proof must be younger than the question. */
  private static final Duration LEEWAY = Duration.ofMinutes(1);

  private final Identities identities;
  private final People people;
  private final Authenticators authenticators;
  private final SigningIn signingIn;
  private final Sessions sessions;
  private final AuditLog log;
  private final TransactionTemplate transaction;

  ProviderSignIn(Identities identities, People people, Authenticators authenticators, SigningIn signingIn,
      Sessions sessions, AuditLog log, PlatformTransactionManager transactions) {
    this.identities = identities;
    this.people = people;
    this.authenticators = authenticators;
    this.signingIn = signingIn;
    this.sessions = sessions;
    this.log = log;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** Begins a session; {@code WRONG} if nobody who may come in is meant. */
  Outcome signIn(Proof proof, HttpServletRequest request, HttpServletResponse response) {
    Optional<Person> person = transaction.execute(status -> admitted(proof, request));
    if (person == null || person.isEmpty()) {
      return Outcome.WRONG;
    }
    return open(person.get().id(), proof, request, response);
  }

  /**
   * Proves that a session's owner is there. Where a code is missing the session ends, and one that is half way begins.
   *
   * @return {@code WRONG} if it is somebody else, or if the provider did not ask anew
   */
  Outcome confirm(Visitor visitor, Proof proof, Attempt attempt, HttpServletRequest request,
      HttpServletResponse response) {
    PersonId person = visitor.person().id();
    Instant provedAt = proof.provedAt();
    boolean same = identities.personOf(proof.issuer(), proof.subject()).filter(person::equals).isPresent();
    if (!same || provedAt == null || provedAt.isBefore(attempt.begunAt().minus(LEEWAY))) {
      return Outcome.WRONG;
    }
    if (needsCode(person, proof)) {
      sessions.end(person, visitor.session().id());
      return open(person, proof, request, response);
    }
    sessions.confirm(visitor.session());
    return Outcome.IN;
  }

  private Outcome open(PersonId person, Proof proof, HttpServletRequest request,
      HttpServletResponse response) {
    boolean halfWay = needsCode(person, proof);
    signingIn.open(person, Session.Method.OIDC, halfWay, request, response);
    return halfWay ? Outcome.CODE_NEEDED : Outcome.IN;
  }

  /** A second factor at the provider counts as one here. */
  private boolean needsCode(PersonId person, Proof proof) {
    return !proof.multiFactor() && authenticators.has(person);
  }

  private Optional<Person> admitted(Proof proof, HttpServletRequest request) {
    Optional<PersonId> linked = identities.personOf(proof.issuer(), proof.subject());
    Optional<Person> person = linked.isPresent() ? linked.flatMap(people::find)
        : byAddress(proof).filter(this::belongsSomewhere)
            .filter(found -> identities.link(found.id(), proof.issuer(), proof.subject()));
    Optional<Person> admitted = person.filter(this::belongsSomewhere);
    admitted.ifPresent(found -> {
      if (linked.isEmpty()) {
        record(found, "person.link-identity", proof, request);
      }
      record(found, "person.sign-in", proof, request);
    });
    return admitted;
  }

  private Optional<Person> byAddress(Proof proof) {
    String email = proof.verifiedEmail();
    return email == null ? Optional.empty() : people.findByEmail(email);
  }

  private boolean belongsSomewhere(Person person) {
    return person.operatorRole() != null || !people.memberships(person.id()).isEmpty();
  }

  private void record(Person person, String action, Proof proof, HttpServletRequest request) {
    log.add(RequestIds.of(request).value(),
        new AuditLog.Author(null, person.id().value(), person.email()), null,
        new AuditLog.Entry(action, person.id().toString(), null,
            Map.of("issuer", proof.issuer(), "subject", proof.subject(), "multiFactor",
                proof.multiFactor())));
  }
}
