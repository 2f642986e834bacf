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
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a provider's word is worth: it says who somebody is, never what it may. Only who was invited, and belongs somewhere
 * now or accepts an invitation to its own address, gets in; the first time by a verified address, from then on as the subject
 * that came first.
 */
@Component
@PagesRole
class ProviderSignIn {

  /** By how much clocks may differ where a proof must be younger than the question. */
  private static final Duration LEEWAY = Duration.ofMinutes(1);
  private static final int LONGEST_NAME = 100;

  private final Identities identities;
  private final People people;
  private final Joining joining;
  private final Authenticators authenticators;
  private final SigningIn signingIn;
  private final Sessions sessions;
  private final AuditLog log;
  private final TransactionTemplate transaction;

  ProviderSignIn(Identities identities, People people, Joining joining, Authenticators authenticators,
      SigningIn signingIn,
      Sessions sessions, AuditLog log, PlatformTransactionManager transactions) {
    this.identities = identities;
    this.people = people;
    this.joining = joining;
    this.authenticators = authenticators;
    this.signingIn = signingIn;
    this.sessions = sessions;
    this.log = log;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * How a sign-in ended.
   *
   * @param next where it leads to
   */
  record Entry(Outcome outcome, String next) {}

  private record Admitted(Person person, String next) {}

  /** Begins a session, and accepts the invitation that it began at; {@code WRONG} if nobody who may come in is meant. */
  Entry signIn(Proof proof, Attempt attempt, HttpServletRequest request, HttpServletResponse response) {
    Optional<Admitted> admitted = transaction.execute(status -> {
      Optional<Admitted> found = admitted(proof, attempt, request);
      if (found.isEmpty()) {
        status.setRollbackOnly();
      }
      return found;
    });
    if (admitted == null || admitted.isEmpty()) {
      return new Entry(Outcome.WRONG, attempt.next());
    }
    return new Entry(open(admitted.get().person().id(), proof, request, response), admitted.get().next());
  }

  /**
   * Proves that a session's owner is there. Where a code is missing the session ends, and one that is half way begins.
   *
   * @return {@code WRONG} if it is somebody else, or if the provider did not ask anew
   */
  Entry confirm(Visitor visitor, Proof proof, Attempt attempt, HttpServletRequest request,
      HttpServletResponse response) {
    return new Entry(confirmed(visitor, proof, attempt, request, response), attempt.next());
  }

  private Outcome confirmed(Visitor visitor, Proof proof, Attempt attempt, HttpServletRequest request,
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

  private Optional<Admitted> admitted(Proof proof, Attempt attempt, HttpServletRequest request) {
    Optional<Invitation> invitation = joining.ofPage(attempt.next())
        .filter(open -> open.email().equalsIgnoreCase(proof.verifiedEmail()));
    Optional<PersonId> linked = identities.personOf(proof.issuer(), proof.subject());
    Optional<Person> admitted = (linked.isPresent() ? linked.flatMap(people::find)
        : byAddress(proof).or(() -> invitation.map(open -> people.add(open.email(), name(proof, open)))))
        .filter(person -> invitation.isPresent() || belongsSomewhere(person))
        .filter(person -> linked.isPresent()
            || identities.link(person.id(), proof.issuer(), proof.subject()));
    admitted.filter(_ -> linked.isEmpty())
        .ifPresent(person -> record(person, "person.link-identity", proof, request));
    admitted.ifPresent(person -> record(person, "person.sign-in", proof, request));
    return admitted.map(person -> new Admitted(person, invitation
        .filter(open -> !needsCode(person.id(), proof) && joining.accept(open, person, request))
        .map(Joining::joined).orElse(attempt.next())));
  }

  /** As the provider says it; who is not named there is called by the address. */
  private static String name(Proof proof, Invitation invitation) {
    String name = Objects.requireNonNullElse(proof.name(), "").strip();
    String called = name.isEmpty() ? invitation.email() : name;
    return called.substring(0, Math.min(called.length(), LONGEST_NAME));
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
