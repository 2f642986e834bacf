package dev.tollgate.gateway.management.tenants;

import dev.tollgate.tenants.Tokens.Holder;
import dev.tollgate.tenants.Tokens.Token;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens as they are shown. */
final class TokenCards {

  private TokenCards() {}

  /** A token without its secret; {@code start} is how it begins. */
  record TokenCard(UUID id, String role, String name, String start, Instant createdAt,
      @Nullable Instant expiresAt, @Nullable Instant revokedAt) {

    static TokenCard of(Token token) {
      Enum<?> role = switch (token.holder()) {
        case Holder.Operator(var operator) -> operator;
        case Holder.Member(_, var member) -> member;
      };
      return new TokenCard(token.id().value(), role.name().toLowerCase(Locale.ROOT), token.name(),
          token.start(), token.createdAt(), token.expiresAt(), token.revokedAt());
    }
  }

  /** A new token, with its secret, which is shown this once. */
  record IssuedToken(String secret, TokenCard token) {}
}
