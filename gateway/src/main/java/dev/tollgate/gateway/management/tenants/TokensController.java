package dev.tollgate.gateway.management.tenants;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.tenants.TokenCards.IssuedToken;
import dev.tollgate.gateway.management.tenants.TokenCards.TokenCard;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Expiry;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.Tokens.Holder;
import dev.tollgate.tenants.Tokens.Issued;
import dev.tollgate.tenants.Tokens.Token;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Tokens of this API: the operator's, and those of tenants. A secret is in the answer that makes it, and nowhere else. */
@ManagementController
class TokensController {

  private final Tokens tokens;
  private final Cards cards;
  private final Clock clock;

  TokensController(Tokens tokens, Cards cards, Clock clock) {
    this.tokens = tokens;
    this.cards = cards;
    this.clock = clock;
  }

  record NewOperatorToken(OperatorRole role, String name, @Nullable Instant expiresAt) {}

  record NewTenantToken(MemberRole role, String name, @Nullable Instant expiresAt) {}

  /** {@code tenant} is null for people of the operator. */
  record Me(UUID token, String name, String role, @Nullable UUID tenant) {}

  @GetMapping("/me")
  ResponseEntity<Me> me() {
    Actor actor = Actor.current();
    return cards.ok(switch (actor.holder()) {
      case Holder.Operator(var role) ->
        new Me(actor.token().value(), actor.name(), role.name().toLowerCase(Locale.ROOT), null);
      case Holder.Member(var tenant, var role) -> new Me(actor.token().value(), actor.name(),
          role.name().toLowerCase(Locale.ROOT), tenant.value());
    });
  }

  @GetMapping("/tokens")
  Page<TokenCard> listOperators(PageRequest page) {
    return list(null, page);
  }

  @PostMapping("/tokens")
  ResponseEntity<IssuedToken> createOperator(@Body NewOperatorToken wanted, HttpServletRequest request,
      Change change) {
    Expiry.requireAhead("/expiresAt", wanted.expiresAt(), clock.instant());
    return shownOnce(null,
        tokens.issue(new Holder.Operator(wanted.role()), wanted.name(), wanted.expiresAt()),
        request, change);
  }

  @GetMapping("/tokens/{token}")
  ResponseEntity<TokenCard> readOperator(@PathVariable UUID token) {
    return cards.ok(TokenCard.of(found(null, token)));
  }

  @DeleteMapping("/tokens/{token}")
  ResponseEntity<TokenCard> revokeOperator(@PathVariable UUID token, Change change) {
    return revoke(null, token, change);
  }

  @GetMapping("/tenants/{tenant}/tokens")
  Page<TokenCard> listOfTenant(Tenant tenant, PageRequest page) {
    return list(tenant.id(), page);
  }

  @PostMapping("/tenants/{tenant}/tokens")
  ResponseEntity<IssuedToken> createOfTenant(Tenant tenant, @Body NewTenantToken wanted,
      HttpServletRequest request, Change change) {
    Expiry.requireAhead("/expiresAt", wanted.expiresAt(), clock.instant());
    Holder holder = new Holder.Member(tenant.id(), wanted.role());
    return shownOnce(tenant.id(), tokens.issue(holder, wanted.name(), wanted.expiresAt()), request, change);
  }

  @GetMapping("/tenants/{tenant}/tokens/{token}")
  ResponseEntity<TokenCard> readOfTenant(Tenant tenant, @PathVariable UUID token) {
    return cards.ok(TokenCard.of(found(tenant.id(), token)));
  }

  @DeleteMapping("/tenants/{tenant}/tokens/{token}")
  ResponseEntity<TokenCard> revokeOfTenant(Tenant tenant, @PathVariable UUID token, Change change) {
    return revoke(tenant.id(), token, change);
  }

  private Page<TokenCard> list(@Nullable TenantId tenant, PageRequest page) {
    List<Token> found = tokens.list(tenant,
        Optional.ofNullable(page.afterId()).map(TokenId::new).orElse(null), page.limitAndOne());
    return page.page(found, TokenCard::of, Token::id);
  }

  private ResponseEntity<IssuedToken> shownOnce(@Nullable TenantId tenant, Issued issued,
      HttpServletRequest request, Change change) {
    TokenCard card = TokenCard.of(found(tenant, issued.id().value()));
    change.record("token.create", issued.id(), null, card);
    return cards.created(request, issued.id(), new IssuedToken(issued.secret(), card));
  }

  private ResponseEntity<TokenCard> revoke(@Nullable TenantId tenant, UUID token, Change change) {
    TokenCard before = TokenCard.of(found(tenant, token));
    tokens.revoke(tenant, new TokenId(token));
    TokenCard after = TokenCard.of(found(tenant, token));
    change.record("token.revoke", token, before, after);
    return cards.ok(after);
  }

  private Token found(@Nullable TenantId tenant, UUID token) {
    return tokens.find(tenant, new TokenId(token))
        .orElseThrow(() -> Rejection.notFound("token " + token));
  }
}
