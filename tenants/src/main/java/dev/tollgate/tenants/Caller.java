package dev.tollgate.tenants;

import java.util.Set;

/**
 * Who stands behind an accepted API key. Answered from memory; a change to the key, its project or its tenant replaces
 * it within a second.
 */
public record Caller(TenantId tenant, ProjectId project, ApiKeyId key, Set<Scope> scopes) {

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
