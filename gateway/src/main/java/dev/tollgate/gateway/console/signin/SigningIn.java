package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.credentials.Authenticators;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.SignInAttempts;
import dev.tollgate.gateway.console.sessions.Session;
import dev.tollgate.gateway.console.sessions.SessionCookie;
import dev.tollgate.gateway.console.sessions.Sessions;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.PlainText;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** The ways in, and what each of them needs. Every attempt counts before it is judged. */
@Component
@PagesRole
class SigningIn {

  private final People people;
  private final Sessions sessions;
  private final Passwords passwords;
  private final Authenticators authenticators;
  private final SignInAttempts attempts;

  SigningIn(People people, Sessions sessions, Passwords passwords, Authenticators authenticators,
      SignInAttempts attempts) {
    this.people = people;
    this.sessions = sessions;
    this.passwords = passwords;
    this.authenticators = authenticators;
    this.attempts = attempts;
  }

  /** What came of an attempt. */
  enum Outcome {
    /** The session has begun. */
    IN,
    /** The session has begun half way: a code is still to come. */
    CODE_NEEDED,
    /** Address, password or code is wrong; which of them is not told. */
    WRONG,
    TOO_MANY
  }

  Outcome withPassword(String email, String password, HttpServletRequest request,
      HttpServletResponse response) {
    if (!PlainText.isPlain(email)) {
      // Nobody's address, and none that could be counted: the database does not hold it.
      return Outcome.WRONG;
    }
    if (!attempts.mayTry(email, request.getRemoteAddr())) {
      return Outcome.TOO_MANY;
    }
    Optional<Person> person = people.findByEmail(email);
    PersonId id = person.map(Person::id).orElse(null);
    if (!passwords.matches(id, password) || id == null) {
      return Outcome.WRONG;
    }
    if (authenticators.has(id)) {
      open(id, Session.Method.PASSWORD, true, request, response);
      return Outcome.CODE_NEEDED;
    }
    attempts.succeeded(email, id);
    open(id, Session.Method.PASSWORD, false, request, response);
    return Outcome.IN;
  }

  /** The second step of who gave a password, or came from the provider with one factor: the session that was half way ends, and a new one begins. */
  Outcome withCode(Visitor halfWay, String code, HttpServletRequest request, HttpServletResponse response) {
    Person person = halfWay.person();
    if (!attempts.mayTry(person.id(), request.getRemoteAddr())) {
      return Outcome.TOO_MANY;
    }
    if (!authenticators.accepts(person.id(), code)) {
      return Outcome.WRONG;
    }
    attempts.succeeded(person.email(), person.id());
    sessions.end(person.id(), halfWay.session().id());
    open(person.id(), halfWay.session().method(), false, request, response);
    return Outcome.IN;
  }

  /** Proves once more that the session's owner is there. */
  Outcome confirm(Visitor visitor, String password, String code, HttpServletRequest request) {
    Person person = visitor.person();
    if (!attempts.mayTry(person.id(), request.getRemoteAddr())) {
      return Outcome.TOO_MANY;
    }
    if (!passwords.matches(person.id(), password)
        || (authenticators.has(person.id()) && !authenticators.accepts(person.id(), code))) {
      return Outcome.WRONG;
    }
    attempts.succeeded(person.email(), person.id());
    sessions.confirm(visitor.session());
    return Outcome.IN;
  }

  void open(PersonId person, Session.Method method, boolean halfWay, HttpServletRequest request,
      HttpServletResponse response) {
    String agent = Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
    SessionCookie.write(request, response, sessions.open(person, method, halfWay, agent));
  }
}
