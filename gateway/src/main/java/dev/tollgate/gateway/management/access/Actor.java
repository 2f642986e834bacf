package dev.tollgate.gateway.management.access;

import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens.Holder;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Whose token a request bears. */
public record Actor(TokenId token, String name, Holder holder) {

  /** Of the request that this thread serves. */
  public static Actor current() {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    if (authentication instanceof TokenAuthentication token) {
      return token.getPrincipal();
    }
    throw new IllegalStateException("The request was let in without a token");
  }

  /** As the audit log names it. */
  public String title() {
    return roleName() + " " + name;
  }

  String roleName() {
    return switch (holder) {
      case Holder.Operator(var role) -> AccessTable.named(role);
      case Holder.Member(_, var role) -> AccessTable.named(role);
    };
  }

  /** Whether it may know of a tenant at all. */
  boolean sees(TenantId tenant) {
    return switch (holder) {
      case Holder.Operator _ -> true;
      case Holder.Member(TenantId own, _) -> own.equals(tenant);
    };
  }
}
