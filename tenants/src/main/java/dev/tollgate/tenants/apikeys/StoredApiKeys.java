package dev.tollgate.tenants.apikeys;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.apikeys.JdbcApiKeyStore.NewKey;
import dev.tollgate.tenants.secrets.KeyText;
import dev.tollgate.tenants.secrets.PepperedHash;
import dev.tollgate.tenants.secrets.SecretKind;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@Component
class StoredApiKeys implements ApiKeys {

  private static final int LONGEST_NAME = 100;
  private static final byte[] NO_HASH = new byte[32];

  private final KeyDirectory directory;
  private final JdbcApiKeyStore store;
  private final PepperedHash hash;
  private final Limits limits;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  StoredApiKeys(KeyDirectory directory, JdbcApiKeyStore store, PepperedHash hash, Limits limits,
      Clock clock) {
    this.directory = directory;
    this.store = store;
    this.hash = hash;
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public Lookup lookup(String presented) {
    KeyText key = KeyText.parse(SecretKind.API_KEY, presented);
    if (key == null) {
      return refused(Reason.MALFORMED);
    }
    KnownKey known = directory.find(key.id());
    byte[] hashed = hash.of(key);
    if (known == null) {
      // Compared all the same: the time taken must not tell an unknown id from a wrong secret.
      boolean ignored = MessageDigest.isEqual(NO_HASH, hashed);
      return refused(Reason.UNKNOWN);
    }
    return known.hashIs(hashed) ? judged(known) : refused(Reason.UNKNOWN);
  }

  /** Only who has the secret learns why the key is refused. */
  private Lookup judged(KnownKey key) {
    if (key.revoked()) {
      return refused(Reason.REVOKED);
    }
    if (key.expiredAt(clock.instant())) {
      return refused(Reason.EXPIRED);
    }
    if (directory.isSuspended(key.tenant())) {
      return refused(Reason.SUSPENDED);
    }
    return directory.isOverdue(key.tenant()) ? refused(Reason.OVERDUE) : key.accepted();
  }

  @Override
  public Issued issue(TenantId tenant, ProjectId project, String name, Set<Scope> scopes,
      @Nullable Instant expiresAt) {
    if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
      throw new BrokenRuleException("name", "must have 1 to " + LONGEST_NAME + " characters");
    }
    UUID id = UuidCreator.getTimeOrderedEpoch();
    String secret = KeyText.create(SecretKind.API_KEY, id, random);
    var key = new NewKey(id, tenant, project, name, Set.copyOf(scopes), clock.instant(), expiresAt);
    if (!store.insert(key, hash.of(parsed(secret)))) {
      throw new UnknownProjectException(project);
    }
    refresh(id);
    return new Issued(new ApiKeyId(id), secret);
  }

  @Override
  public boolean revoke(TenantId tenant, ApiKeyId key) {
    boolean revoked = store.revoke(tenant, key, clock.instant());
    if (revoked) {
      refresh(key.value());
    }
    return revoked;
  }

  @Override
  public Optional<Issued> rotate(TenantId tenant, ApiKeyId key, Duration overlap) {
    Instant now = clock.instant();
    Optional<ApiKey> old = store.describe(tenant, key).filter(one -> accepted(one, now));
    // The new one first: cut off in between, the old one goes on as it was.
    Optional<Issued> issued = old
        .map(one -> issue(tenant, one.project(), one.name(), one.scopes(), one.expiresAt()));
    if (issued.isPresent()) {
      RateLimits limited = limits.of(new Limits.Subject.OfKey(tenant, key));
      limits.set(new Limits.Subject.OfKey(tenant, issued.get().id()), limited);
      store.expire(tenant, key, now.plus(overlap));
      refresh(key.value());
    }
    return issued;
  }

  private static boolean accepted(ApiKey key, Instant now) {
    Instant expiresAt = key.expiresAt();
    return key.revokedAt() == null && (expiresAt == null || now.isBefore(expiresAt));
  }

  @Override
  public Optional<ApiKey> find(TenantId tenant, ApiKeyId key) {
    return store.describe(tenant, key);
  }

  @Override
  public List<ApiKey> list(TenantId tenant, @Nullable ProjectId project, @Nullable ApiKeyId after,
      int limit) {
    return store.list(tenant, project, after, limit);
  }

  @Override
  public List<ApiKey> list(TenantId tenant, Slice<Order> slice) {
    return store.list(tenant, slice, clock.instant());
  }

  /** Inside a caller's transaction nothing is certain yet; the change feed tells when it is. */
  private void refresh(UUID id) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      directory.refresh(id);
    }
  }

  private static KeyText parsed(String secret) {
    KeyText parsed = KeyText.parse(SecretKind.API_KEY, secret);
    if (parsed == null) {
      throw new IllegalStateException("A new key does not read back");
    }
    return parsed;
  }

  private static Lookup refused(Reason reason) {
    return new Lookup.Refused(reason);
  }
}
