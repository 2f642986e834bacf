package dev.tollgate.tenants.people;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import dev.tollgate.tenants.secrets.LinkSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

@Component
class StoredInvitations implements Invitations {

  private static final Duration VALID = Duration.ofDays(7);

  private final JdbcInvitationStore store;
  private final People people;
  private final Clock clock;

  StoredInvitations(JdbcInvitationStore store, People people, Clock clock) {
    this.store = store;
    this.people = people;
    this.clock = clock;
  }

  @Override
  public Issued invite(Holder role, String email) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var invitation = new Invitation(UuidCreator.getTimeOrderedEpoch(), role, Emails.checked(email), now,
        now.plus(VALID));
    String secret = LinkSecret.create();
    store.replace(invitation, LinkSecret.hash(secret));
    return new Issued(invitation, secret);
  }

  @Override
  public List<Invitation> open(@Nullable TenantId tenant) {
    return store.open(tenant, clock.instant());
  }

  @Override
  public List<Invitation> open(@Nullable TenantId tenant, Slice<Order> slice) {
    return store.open(tenant, clock.instant(), slice);
  }

  @Override
  public boolean withdraw(@Nullable TenantId tenant, UUID id) {
    return store.withdraw(tenant, id, clock.instant());
  }

  @Override
  public Optional<Invitation> find(String secret) {
    return store.find(LinkSecret.hash(secret), clock.instant());
  }

  @Override
  public boolean accept(Invitation invitation, PersonId person) {
    if (!store.accept(invitation.id(), person, clock.instant())) {
      return false;
    }
    switch (invitation.role()) {
      case Holder.Operator(var role) -> people.appoint(person, role);
      case Holder.Member(var tenant, var role) -> people.join(tenant, person, role);
    }
    return true;
  }
}
