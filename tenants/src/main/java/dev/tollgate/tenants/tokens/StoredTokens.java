package dev.tollgate.tenants.tokens;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.secrets.KeyText;
import dev.tollgate.tenants.secrets.PepperedHash;
import dev.tollgate.tenants.secrets.SecretKind;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@Component
class StoredTokens implements Tokens {

  private static final int LONGEST_NAME = 100;
  private static final byte[] NO_HASH = new byte[32];

  private final TokenDirectory directory;
  private final JdbcTokenStore store;
  private final PepperedHash hash;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  StoredTokens(TokenDirectory directory, JdbcTokenStore store, PepperedHash hash, Clock clock) {
    this.directory = directory;
    this.store = store;
    this.hash = hash;
    this.clock = clock;
  }

  @Override
  public Lookup lookup(String presented) {
    KeyText text = KeyText.parse(SecretKind.OPERATOR_TOKEN, presented);
    if (text == null) {
      text = KeyText.parse(SecretKind.TENANT_TOKEN, presented);
    }
    if (text == null) {
      return new Lookup.Refused(Reason.MALFORMED);
    }
    KnownToken known = directory.find(text.id());
    byte[] hashed = hash.of(text);
    if (known == null) {
      // Compared all the same: the time taken must not tell an unknown id from a wrong secret.
      boolean ignored = MessageDigest.isEqual(NO_HASH, hashed);
      return new Lookup.Refused(Reason.UNKNOWN);
    }
    return known.hashIs(hashed) ? judged(known) : new Lookup.Refused(Reason.UNKNOWN);
  }

  /** Only who has the secret learns why the token is refused. */
  private Lookup judged(KnownToken known) {
    if (known.token().revokedAt() != null) {
      return new Lookup.Refused(Reason.REVOKED);
    }
    if (known.expiredAt(clock.instant())) {
      return new Lookup.Refused(Reason.EXPIRED);
    }
    return new Lookup.Accepted(known.token().id(), known.token().name(), known.token().holder());
  }

  @Override
  public Issued issue(Holder holder, String name, @Nullable Instant expiresAt) {
    if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
      throw new BrokenRuleException("name", "must have 1 to " + LONGEST_NAME + " characters");
    }
    UUID id = UuidCreator.getTimeOrderedEpoch();
    SecretKind kind = JdbcTokenStore.kindOf(holder);
    String secret = KeyText.create(kind, id, random);
    var token = new Token(new TokenId(id), holder, name, KeyText.start(kind, id),
        clock.instant().truncatedTo(ChronoUnit.MICROS), expiresAt, null);
    store.insert(token,
        hash.of(Objects.requireNonNull(KeyText.parse(kind, secret), "a new token reads back")));
    refresh(id);
    return new Issued(token.id(), secret);
  }

  @Override
  public boolean revoke(@Nullable TenantId tenant, TokenId token) {
    boolean revoked = store.revoke(tenant, token, clock.instant());
    if (revoked) {
      refresh(token.value());
    }
    return revoked;
  }

  @Override
  public Optional<Token> find(@Nullable TenantId tenant, TokenId token) {
    return store.find(tenant, token);
  }

  @Override
  public List<Token> list(@Nullable TenantId tenant, @Nullable TokenId after, int limit) {
    return store.list(tenant, after, limit);
  }

  /** Inside a caller's transaction nothing is certain yet; the change feed tells when it is. */
  private void refresh(UUID id) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      directory.refresh(id);
    }
  }
}
