package dev.tollgate.gateway.management.tenants;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Expiry;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.ApiKeys.ApiKey;
import dev.tollgate.tenants.ApiKeys.Issued;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** API keys of a tenant. A key's secret is in the answer that makes it, and nowhere else. */
@ManagementController
class ApiKeysController {

  private static final int LONGEST_OVERLAP_HOURS = 24 * 30;

  private final ApiKeys keys;
  private final Cards cards;
  private final Clock clock;

  ApiKeysController(ApiKeys keys, Cards cards, Clock clock) {
    this.keys = keys;
    this.cards = cards;
    this.clock = clock;
  }

  record NewKey(UUID project, String name, Set<Scope> scopes, @Nullable Instant expiresAt) {}

  record Rotation(long overlapHours) {}

  /** A key without its secret; {@code start} is how it begins. */
  record KeyCard(UUID id, UUID project, String name, List<String> scopes, String start, Instant createdAt,
      @Nullable Instant expiresAt, @Nullable Instant revokedAt) {

    static KeyCard of(ApiKey key) {
      return new KeyCard(key.id().value(), key.project().value(), key.name(),
          key.scopes().stream().map(scope -> scope.name().toLowerCase(Locale.ROOT)).sorted().toList(),
          key.start(), key.createdAt(), key.expiresAt(), key.revokedAt());
    }
  }

  /** A new key, with its secret, which is shown this once. */
  record IssuedKey(String secret, KeyCard key) {}

  @GetMapping("/tenants/{tenant}/api-keys")
  Page<KeyCard> list(Tenant tenant, PageRequest page,
      @RequestParam(required = false) @Nullable UUID project) {
    List<ApiKey> found = keys.list(tenant.id(), project == null ? null : new ProjectId(project),
        Optional.ofNullable(page.afterId()).map(ApiKeyId::new).orElse(null), page.limitAndOne());
    return page.page(found, KeyCard::of, ApiKey::id);
  }

  @PostMapping("/tenants/{tenant}/api-keys")
  ResponseEntity<IssuedKey> create(Tenant tenant, @Body NewKey wanted, Change change) {
    if (wanted.scopes().isEmpty()) {
      throw Rejection.invalid("/scopes", "must have at least one scope");
    }
    Expiry.requireAhead("/expiresAt", wanted.expiresAt(), clock.instant());
    Issued issued = keys.issue(tenant.id(), new ProjectId(wanted.project()), wanted.name(), wanted.scopes(),
        wanted.expiresAt());
    return shownOnce(tenant, issued, "api-key.create", change);
  }

  @GetMapping("/tenants/{tenant}/api-keys/{key}")
  ResponseEntity<KeyCard> read(Tenant tenant, @PathVariable UUID key) {
    return cards.ok(KeyCard.of(found(tenant, key)));
  }

  /** At once and without a condition, since it may be urgent; doing it twice changes nothing. */
  @DeleteMapping("/tenants/{tenant}/api-keys/{key}")
  ResponseEntity<KeyCard> revoke(Tenant tenant, @PathVariable UUID key, Change change) {
    KeyCard before = KeyCard.of(found(tenant, key));
    keys.revoke(tenant.id(), new ApiKeyId(key));
    KeyCard after = KeyCard.of(found(tenant, key));
    change.record("api-key.revoke", key, before, after);
    return cards.ok(after);
  }

  /** The old key goes on for the overlap, so that a new one can be rolled out without a gap. */
  @PostMapping("/tenants/{tenant}/api-keys/{key}/rotate")
  ResponseEntity<IssuedKey> rotate(Tenant tenant, @PathVariable UUID key, @Body Rotation wanted,
      Change change) {
    KeyCard before = KeyCard.of(found(tenant, key));
    if (wanted.overlapHours() < 0 || wanted.overlapHours() > LONGEST_OVERLAP_HOURS) {
      throw Rejection.invalid("/overlapHours", "must be between 0 and " + LONGEST_OVERLAP_HOURS);
    }
    Issued issued = keys.rotate(tenant.id(), new ApiKeyId(key), Duration.ofHours(wanted.overlapHours()))
        .orElseThrow(() -> Rejection.conflict("", "must be a key that is neither revoked nor expired"));
    change.record("api-key.retire", key, before, KeyCard.of(found(tenant, key)));
    return shownOnce(tenant, issued, "api-key.rotate", change);
  }

  private ResponseEntity<IssuedKey> shownOnce(Tenant tenant, Issued issued, String action,
      Change change) {
    KeyCard card = KeyCard.of(found(tenant, issued.id().value()));
    change.record(action, issued.id(), null, card);
    return cards.createdAt("/api/v1/tenants/" + tenant.id() + "/api-keys/" + issued.id(),
        new IssuedKey(issued.secret(), card));
  }

  private ApiKey found(Tenant tenant, UUID key) {
    return keys.find(tenant.id(), new ApiKeyId(key))
        .orElseThrow(() -> Rejection.notFound("API key " + key));
  }
}
