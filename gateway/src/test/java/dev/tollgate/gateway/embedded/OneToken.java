package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens of which only operators who may do everything can get one, always the same. */
final class OneToken implements Tokens {

  @Override
  public Lookup lookup(String presented) {
    return new Lookup.Refused(Reason.UNKNOWN);
  }

  @Override
  public Issued issue(Holder holder, String name, @Nullable Instant expiresAt) {
    assertThat(holder).isEqualTo(new Holder.Operator(OperatorRole.ADMIN));
    return new Issued(new TokenId(UUID.randomUUID()), "tg_operator_secret");
  }

  @Override
  public boolean revoke(@Nullable TenantId tenant, TokenId token) {
    return false;
  }

  @Override
  public Optional<Token> find(@Nullable TenantId tenant, TokenId token) {
    return Optional.empty();
  }

  @Override
  public List<Token> list(@Nullable TenantId tenant, @Nullable TokenId after, int limit) {
    return List.of();
  }
}
