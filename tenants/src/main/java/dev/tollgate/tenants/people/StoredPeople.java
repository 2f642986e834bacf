package dev.tollgate.tenants.people;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

@Component
class StoredPeople implements People {

  private static final int LONGEST_NAME = 100;

  private final JdbcPersonStore store;
  private final Clock clock;

  StoredPeople(JdbcPersonStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Person add(String email, String name) {
    String checked = name.strip();
    if (checked.isEmpty() || checked.length() > LONGEST_NAME || checked.indexOf('\0') >= 0) {
      throw new BrokenRuleException("name", "must have 1 to " + LONGEST_NAME + " characters");
    }
    var person = new Person(new PersonId(UuidCreator.getTimeOrderedEpoch()), Emails.checked(email), checked,
        null, now());
    try {
      store.insert(person);
      return person;
    } catch (DuplicateKeyException e) {
      throw new BrokenRuleException("email", "must be an address that nobody signs in with yet");
    }
  }

  @Override
  public Optional<Person> find(PersonId id) {
    return store.find(id);
  }

  @Override
  public Optional<Person> findByEmail(String email) {
    return store.findByEmail(Emails.plain(email));
  }

  @Override
  public List<Person> operators() {
    return store.operators();
  }

  @Override
  public List<Person> operators(Slice<Order> slice) {
    return store.operators(slice);
  }

  @Override
  public void appoint(PersonId person, OperatorRole role) {
    boolean led = isLed();
    store.appoint(person, role);
    requireAdmin(led);
  }

  @Override
  public void dismiss(PersonId person) {
    boolean led = isLed();
    store.appoint(person, null);
    requireAdmin(led);
  }

  @Override
  public List<Membership> memberships(PersonId person) {
    return store.memberships(person);
  }

  @Override
  public List<Member> members(TenantId tenant) {
    return store.members(tenant);
  }

  @Override
  public List<Member> members(TenantId tenant, Slice<Order> slice) {
    return store.members(tenant, slice);
  }

  @Override
  public void join(TenantId tenant, PersonId person, MemberRole role) {
    boolean owned = isOwned(tenant);
    store.join(tenant, person, role, now());
    requireOwner(tenant, owned);
  }

  @Override
  public boolean leave(TenantId tenant, PersonId person) {
    boolean owned = isOwned(tenant);
    boolean left = store.leave(tenant, person);
    requireOwner(tenant, owned);
    return left;
  }

  private boolean isLed() {
    return store.operators().stream().anyMatch(person -> person.operatorRole() == OperatorRole.ADMIN);
  }

  /** Inside the caller's transaction, which the refusal undoes. */
  private void requireAdmin(boolean led) {
    if (led && !isLed()) {
      throw new BrokenRuleException("role", "must leave somebody who may do everything");
    }
  }

  private boolean isOwned(TenantId tenant) {
    return store.members(tenant).stream().anyMatch(member -> member.role() == MemberRole.OWNER);
  }

  private void requireOwner(TenantId tenant, boolean owned) {
    if (owned && !isOwned(tenant)) {
      throw new BrokenRuleException("role", "must leave the organisation an owner");
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
