package dev.tollgate.gateway.console.access;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import java.util.Set;

/**
 * Who may open one page. The operator's people open the console, a tenant's people the portal of their own tenant; any
 * other tenant does not exist for them.
 *
 * @param endpoint method and path, as mapped
 * @param dangerous whether the visitor must have proved within the last minutes to be there
 */
public record PageAccess(String endpoint, Set<OperatorRole> operators, Set<MemberRole> members,
    boolean dangerous) {

  PageAccess(String endpoint, Set<OperatorRole> operators, Set<MemberRole> members) {
    this(endpoint, operators, members, false);
  }

  PageAccess afterProof() {
    return new PageAccess(endpoint, operators, members, true);
  }
}
